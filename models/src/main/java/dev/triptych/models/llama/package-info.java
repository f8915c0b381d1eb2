/** Decoders in the shape of Llama, from Hugging Face folders. */
@Export
@Version("1.0.0")
package dev.triptych.models.llama;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
