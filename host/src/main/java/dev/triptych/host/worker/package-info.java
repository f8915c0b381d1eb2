/** The worker's side of the pipe: one plugin in a process of its own. */
package dev.triptych.host.worker;
