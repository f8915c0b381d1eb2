/**
 * Whole pipelines of Hugging Face diffusers: a folder with {@code model_index.json}, a prompt and
 * perhaps an image in, a picture out.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.diffusers.pipeline;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
