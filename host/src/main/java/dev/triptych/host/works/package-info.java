/** Finished works: content-addressed files, their records, the index, and the labels in them. */
package dev.triptych.host.works;
