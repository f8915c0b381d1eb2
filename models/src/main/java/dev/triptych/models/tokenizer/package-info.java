/** Tokenizers from Hugging Face's {@code tokenizer.json}. */
@Export
@Version("1.0.0")
package dev.triptych.models.tokenizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
