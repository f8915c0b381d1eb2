/** Generators to learn from, and generators that misbehave on purpose. */
package dev.triptych.testkit.samples;
