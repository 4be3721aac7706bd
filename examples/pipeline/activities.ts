/** What the pipeline does to data. This file knows nothing of provenance. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { parseSamples, readArchive, type Sample } from './measurements';
import { fitModel, growth, predict, residuals, rootMeanSquare, type SeasonalModel } from './seasonal-model';

export interface Acquired {
  file: string;
  rows: number;
  git_blob: string;
  licence: string;
}

export interface Reduced {
  training: string;
  holdout: string;
  training_samples: number;
  holdout_samples: number;
}

export interface Trained {
  model: string;
  rmse_ppm: number;
}

export interface Inferred {
  predictions: string;
  rmse_ppm: number;
}

/** Which trend a person believes in, and why. */
export interface Choice {
  trend_degree: number;
  reason: string;
}

export interface Findings {
  report: string;
  growth_ppm_per_year: number;
  fit_rmse_ppm: number;
  holdout_rmse_ppm: number;
}

/** Copies the measurements out of the archive, which is (here: plays) busy the first time it is asked. */
export async function acquire(archived: string): Promise<Acquired> {
  if (activityInfo().attempt === 1) throw new Error('The archive is busy mounting the tape');
  const { bytes, ...archive } = await readArchive(archived);
  const file = await save(basename(archived), bytes);
  return { file, rows: parseSamples(bytes.toString()).length, ...archive };
}

/** Months that the record lacks. Quick enough to be a local activity. */
export async function countGaps(file: string): Promise<number> {
  const samples = parseSamples(await readFile(file, 'utf8'));
  const months = samples.map(({ year }) => Math.floor(year * 12));
  return (months.at(-1) ?? 0) - (months[0] ?? 0) + 1 - months.length;
}

/** Splits the series: what the model learns from, and the last years, which it never sees. */
export async function reduce(file: string, holdout_from: number): Promise<Reduced> {
  const samples = parseSamples(await readFile(file, 'utf8'));
  const training = samples.filter(({ year }) => year < holdout_from);
  const holdout = samples.filter(({ year }) => year >= holdout_from);
  return {
    training: await save('training.json', JSON.stringify(training)),
    holdout: await save('holdout.json', JSON.stringify(holdout)),
    training_samples: training.length,
    holdout_samples: holdout.length,
  };
}

/** Fits the trend and the seasonal cycle. */
export async function train(training: string, trend_degree: number): Promise<Trained> {
  const model = fitModel(await load<Sample[]>(training), { trend_degree, harmonics: 4, epoch: 1990 });
  const file = await save(`model-${trend_degree}.json`, JSON.stringify(model));
  return { model: file, rmse_ppm: round(model.rmse_ppm) };
}

/** Predicts the years that the model has not seen. */
export async function infer(modelFile: string, holdout: string): Promise<Inferred> {
  const model = await load<SeasonalModel>(modelFile);
  const samples = await load<Sample[]>(holdout);
  const rows = samples.map(({ year, co2_ppm }) => ({ year, co2_ppm, predicted_ppm: predict(model, year) }));
  const rmse_ppm = round(rootMeanSquare(residuals(samples, model)));
  const file = await save(`predictions-${model.trend_degree}.json`, JSON.stringify(rows));
  return { predictions: file, rmse_ppm };
}

/** Says what was found, for people. */
export async function report(trained: Trained, inferred: Inferred, choice: Choice): Promise<Findings> {
  const model = await load<SeasonalModel>(trained.model);
  const findings = {
    growth_ppm_per_year: round(growth(model, 2020)),
    fit_rmse_ppm: trained.rmse_ppm,
    holdout_rmse_ppm: inferred.rmse_ppm,
  };
  const lines = [
    `CO2 at Mauna Loa, trend of degree ${model.trend_degree} with ${model.harmonics} harmonics: ${choice.reason}`,
    `growth in 2020: ${findings.growth_ppm_per_year} ppm per year`,
    `residuals: ${findings.fit_rmse_ppm} ppm where it learnt, ${findings.holdout_rmse_ppm} ppm where it predicted`,
  ];
  return { report: await save('report.txt', `${lines.join('\n')}\n`), ...findings };
}

/** Each execution has a folder of its own. */
async function save(name: string, content: string | Uint8Array): Promise<string> {
  const execution = activityInfo().workflowExecution?.workflowId ?? 'none';
  const folder = join(process.cwd(), '.cache', 'example', execution);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function load<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
