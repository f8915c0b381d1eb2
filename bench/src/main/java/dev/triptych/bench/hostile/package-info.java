/** Plugins that nobody should let in, made of good ones. */
package dev.triptych.bench.hostile;
