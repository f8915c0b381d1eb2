package dev.triptych.models.generation;

/**
 * One continuation of a prompt.
 *
 * @param ids the new tokens, with the end token if one came
 * @param finish why it ended
 * @param score a beam's log-probability over its length to the power of the length penalty; 0 where
 *     no beams were searched
 */
public record Generated(int[] ids, Finish finish, double score) {}
