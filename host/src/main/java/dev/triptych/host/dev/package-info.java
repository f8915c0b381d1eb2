/** An author's project, watched: what is built is plugged in at once. */
package dev.triptych.host.dev;
