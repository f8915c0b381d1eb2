/** Which plugins may come in: signatures, pinned digests, what a jar is made of. */
package dev.triptych.host.trust;
