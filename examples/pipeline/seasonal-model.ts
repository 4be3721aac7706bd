/** A trend and a seasonal cycle, fitted by linear least squares. Pure: same samples, same model. */
import type { Sample } from './measurements';

export interface SeasonalModel {
  /** 1: the growth is constant. 2: it changes steadily. */
  trend_degree: number;
  harmonics: number;
  /** Year that the trend is counted from. */
  epoch: number;
  /** Trend by rising power, then cosine and sine by harmonic. */
  coefficients: number[];
  /** Root mean square of the residuals, in ppm. */
  rmse_ppm: number;
}

/** Shape of a model, before it is fitted. */
export type Shape = Pick<SeasonalModel, 'trend_degree' | 'harmonics' | 'epoch'>;

export function fitModel(samples: readonly Sample[], shape: Shape): SeasonalModel {
  const rows = samples.map(({ year }) => basis(year, shape));
  const size = rows[0]?.length ?? 0;
  if (rows.length < size) throw new RangeError(`${rows.length} samples are too few for ${size} coefficients`);
  const normal = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => sum(rows.map((row) => row[i]! * row[j]!))),
    sum(rows.map((row, n) => row[i]! * samples[n]!.co2_ppm)),
  ]);
  const model = { ...shape, coefficients: solve(normal), rmse_ppm: 0 };
  return { ...model, rmse_ppm: rootMeanSquare(residuals(samples, model)) };
}

export function predict(model: SeasonalModel, year: number): number {
  return sum(basis(year, model).map((value, i) => value * model.coefficients[i]!));
}

/** Measured less predicted, in ppm. */
export function residuals(samples: readonly Sample[], model: SeasonalModel): number[] {
  return samples.map(({ year, co2_ppm }) => co2_ppm - predict(model, year));
}

/** Slope of the trend at a year, in ppm per year. */
export function growth(model: SeasonalModel, year: number): number {
  const t = year - model.epoch;
  return sum(
    Array.from({ length: model.trend_degree }, (_, i) => (i + 1) * model.coefficients[i + 1]! * t ** i),
  );
}

export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(sum(values.map((value) => value * value)) / values.length);
}

function basis(year: number, { trend_degree, harmonics, epoch }: Shape): number[] {
  const t = year - epoch;
  const trend = Array.from({ length: trend_degree + 1 }, (_, power) => t ** power);
  const season = Array.from({ length: harmonics }, (_, i) => 2 * Math.PI * (i + 1) * year);
  return [...trend, ...season.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])];
}

/** Gauss elimination with partial pivoting, of an augmented matrix that it changes. */
function solve(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    const pivot = matrix.reduce(
      (best, row, i) => (i >= column && Math.abs(row[column]!) > Math.abs(matrix[best]![column]!) ? i : best),
      column,
    );
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    const pivotRow = matrix[column]!;
    for (const row of matrix.slice(column + 1)) {
      const factor = row[column]! / pivotRow[column]!;
      for (let j = column; j <= size; j++) row[j]! -= factor * pivotRow[j]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    const row = matrix[i]!;
    const known = sum(solution.map((value, j) => (j > i ? value * row[j]! : 0)));
    solution[i] = (row[size]! - known) / row[i]!;
  }
  return solution;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
