package dev.triptych.models.diffusers.schedulers;

/** A few linear equations. */
final class LinearSystem {

  private LinearSystem() {}

  /**
   * Solves them by elimination with the greatest pivots.
   *
   * @param rows coefficients, then the right-hand side; overwritten
   */
  static double[] solve(double[][] rows) {
    int n = rows.length;
    for (int column = 0; column < n; column++) {
      int greatest = column;
      for (int i = column + 1; i < n; i++) {
        if (Math.abs(rows[i][column]) > Math.abs(rows[greatest][column])) {
          greatest = i;
        }
      }
      double[] pivot = rows[greatest];
      rows[greatest] = rows[column];
      rows[column] = pivot;
      for (int i = 0; i < n; i++) {
        if (i != column) {
          double factor = rows[i][column] / pivot[column];
          for (int j = column; j <= n; j++) {
            rows[i][j] -= factor * pivot[j];
          }
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = rows[i][n] / rows[i][i];
    }
    return solution;
  }
}
