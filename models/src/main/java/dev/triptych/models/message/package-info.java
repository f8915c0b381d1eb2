/** What messages quote of strangers' files. */
package dev.triptych.models.message;
