/** How long a training lasts, and the rate of learning that follows from it. */
package dev.triptych.training.budget;
