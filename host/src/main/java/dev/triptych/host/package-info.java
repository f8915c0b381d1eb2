/** The program: its home folder, and all of its parts put together and started. */
package dev.triptych.host;
