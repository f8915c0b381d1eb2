/** Training loops of the picture model: the VAE, then the UNet on its latents. */
package dev.triptych.training.diffusion;
