/** A folder with finished works, a record of how they were made, and a page that shows them. */
package dev.triptych.host.exhibit;
