package dev.triptych.training.diffusion;

/**
 * First projections of token states: what differs from caption to caption counts as much as what
 * all captions share.
 *
 * <p>Token states of a sentence encoder lie close together: most of their length is one direction.
 * The rows are the eigenvectors of E[s sᵀ] with the greatest eigenvalues λ, divided by √λ, so that
 * each number that comes out has a mean square of one and is uncorrelated with the others.
 */
final class Whitening {
  private static final int SWEEPS = 12;

  private final int width;
  private final double[][] moments;
  private long tokens;

  Whitening(int width) {
    this.width = width;
    this.moments = new double[width][width];
  }

  /** Counts the token states of a caption, (T, width). */
  void add(float[][] states) {
    for (float[] s : states) {
      for (int i = 0; i < width; i++) {
        for (int j = 0; j <= i; j++) {
          moments[i][j] += (double) s[i] * s[j];
        }
      }
    }
    tokens += states.length;
  }

  /** Returns the projection, (rows, width); rows that have no eigenvalue left are zero. */
  float[] matrix(int rows) {
    double[][] a = new double[width][width];
    double[][] vectors = new double[width][width]; // rows are eigenvectors
    double trace = 0;
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        a[i][j] = moments[Math.max(i, j)][Math.min(i, j)] / tokens;
      }
      vectors[i][i] = 1;
      trace += a[i][i];
    }
    for (int sweep = 0; sweep < SWEEPS && offDiagonal(a) > 1e-9 * trace; sweep++) {
      for (int p = 0; p < width; p++) {
        for (int q = p + 1; q < width; q++) {
          rotate(a, vectors, p, q);
        }
      }
    }
    float[] matrix = new float[rows * width];
    boolean[] taken = new boolean[width];
    for (int r = 0; r < Math.min(rows, width); r++) {
      int best = -1;
      for (int i = 0; i < width; i++) {
        best = !taken[i] && (best < 0 || a[i][i] > a[best][best]) ? i : best;
      }
      taken[best] = true;
      if (a[best][best] > 1e-6 * trace / width) {
        for (int j = 0; j < width; j++) {
          matrix[r * width + j] = (float) (vectors[best][j] / Math.sqrt(a[best][best]));
        }
      }
    }
    return matrix;
  }

  private static double offDiagonal(double[][] a) {
    double greatest = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        greatest = Math.max(greatest, Math.abs(a[i][j]));
      }
    }
    return greatest;
  }

  /** One rotation of Jacobi's method (1846), which makes a[p][q] zero. */
  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    turn(a[p], a[q], c, s);
    for (double[] row : a) {
      double x = row[p];
      double y = row[q];
      row[p] = c * x - s * y;
      row[q] = s * x + c * y;
    }
    turn(vectors[p], vectors[q], c, s);
  }

  private static void turn(double[] x, double[] y, double c, double s) {
    for (int k = 0; k < x.length; k++) {
      double old = x[k];
      x[k] = c * old - s * y[k];
      y[k] = s * old + c * y[k];
    }
  }
}
