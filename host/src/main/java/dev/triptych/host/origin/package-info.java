/** Where plugins come from: files, addresses, Maven repositories, and an index that names them. */
package dev.triptych.host.origin;
