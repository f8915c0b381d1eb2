/** Plugins in processes of their own: the host's side of the pipe, and what is said over it. */
package dev.triptych.host.isolate;
