/**
 * Damaged model folders: whole ones, what seeded chance makes of them, and a process in which they
 * are loaded, so that one that ends it is seen.
 */
package dev.triptych.bench.mutation;
