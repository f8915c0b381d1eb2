/** Prompts as Stable Diffusion reads them: weights of words, long texts, one text model or two. */
@Export
@Version("1.0.0")
package dev.triptych.models.diffusers.prompt;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
