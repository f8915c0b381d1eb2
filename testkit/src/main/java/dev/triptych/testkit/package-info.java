/**
 * Tests for plugin authors.
 *
 * <p>{@link dev.triptych.testkit.GeneratorContract} checks what every generator owes the host; a
 * test of yours subclasses it in a few lines. {@link dev.triptych.testkit.AssertingHost} runs one
 * generation as the host would and fails on what the host would have to forgive.
 */
package dev.triptych.testkit;
