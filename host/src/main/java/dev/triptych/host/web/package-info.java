/** A host that stays up: what it says over HTTP, to whom, and how others find it. */
package dev.triptych.host.web;
