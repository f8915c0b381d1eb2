/**
 * Prompt to plan: what the three works will have in common.
 *
 * <p>{@link dev.triptych.host.plan.Planner} reads the prompt's language, the words that it holds of
 * the lexicon, what it asks for by name, and its sentence vector; a linear probe on that vector,
 * fitted to the lexicon and to sentences whose mood a person said, tells mood, season and time.
 */
package dev.triptych.host.plan;
