package dev.triptych.models.ledger;

import java.util.List;

/**
 * A loaded model that is made of parts which others' classes may be, such as a plugin's: it goes
 * when the class loader of one of them goes. [any thread]
 */
public interface Composed {

  /** Returns the parts, and what made them; always the same ones. */
  List<Object> parts();
}
