/**
 * Latent diffusion models as Hugging Face diffusers keeps them: UNet2DConditionModel and
 * AutoencoderKL.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.diffusers;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
