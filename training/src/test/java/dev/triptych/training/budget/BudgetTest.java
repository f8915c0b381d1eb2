package dev.triptych.training.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BudgetTest {

  @Test
  void cosinesRiseThenFallToTheEnd() {
    Budget steps = Budget.steps(100);
    assertEquals(0.1, steps.cosine(0, 0, 10), 0.01);
    assertTrue(steps.cosine(9, 0, 10) > 0.95);
    assertEquals(0.5, steps.cosine(50, 0, 10), 1e-9);
    assertEquals(0.01, steps.cosine(99, 0, 10), 0.01);
    assertEquals(0.5, Budget.minutes(2).cosine(1000, 60, 10), 1e-9);
  }

  @Test
  void plateausFallOverTheLastPart() {
    Budget budget = new Budget(1000, 600);
    assertEquals(0.02, budget.plateau(0, 0, 50), 1e-9);
    assertEquals(1, budget.plateau(200, 60, 50), 1e-9);
    assertEquals(0.5, budget.plateau(650, 60, 50), 1e-9);
    assertEquals(0.5, budget.plateau(100, 390, 50), 1e-9);
    assertEquals(0, budget.plateau(100, 600, 50), 1e-9);
  }

  @Test
  void endsAtWhatComesFirst() {
    assertEquals(1, Budget.steps(100).spent(100, 5));
    assertEquals(1, new Budget(100, 10).spent(3, 10));
    assertEquals(1, new Budget(100, 10).spent(100, 3));
    assertThrows(IllegalArgumentException.class, () -> Budget.steps(0));
    assertThrows(IllegalArgumentException.class, () -> Budget.minutes(0));
    assertThrows(
        IllegalArgumentException.class, () -> new Budget(Long.MAX_VALUE, Double.POSITIVE_INFINITY));
  }
}
