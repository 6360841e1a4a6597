/** The page: what its buttons do, and what is shown of a session. */
import { Analysis, type FileReply } from "./analysis.js";
import { Announcer } from "./announcer.js";
import { AnswerTable } from "./answer_table.js";
import { AnswerView } from "./answer_view.js";
import { Chart } from "./chart/chart.js";
import { Columns } from "./columns.js";
import { element } from "./elements.js";
import { takeFiles } from "./file_input.js";
import { type OpenMicrophone, openMicrophone } from "./microphone.js";
import { keepOffline } from "./offline.js";
import { Player } from "./player.js";
import type { Build, LoadedModel, ModelName } from "./protocol.js";
import { saveText, sessionCsv, sessionJson } from "./save.js";
import { fileSession, microphoneSession, type Session } from "./session.js";
import { BUILD_NAMES, duration, fileWording, liveWording, type Wording } from "./wording.js";

const analysis = new Analysis();
const announcer = new Announcer();
const answers = new AnswerView();
const table = new AnswerTable();
const chart = new Chart(element("chart", HTMLCanvasElement));
const player = new Player((timeMs) => {
  chart.playedMs = timeMs;
});

const speak = element("speak", HTMLButtonElement);
const modelChoice = element("model", HTMLSelectElement);
const buildChoice = element("build", HTMLSelectElement);
const saveJson = element("save-json", HTMLButtonElement);
const saveCsv = element("save-csv", HTMLButtonElement);
const modelStatus = element("model-status", HTMLElement);
const problem = element("problem", HTMLElement);
const warnings = element("warnings", HTMLElement);
const figures = element("figures", HTMLElement);

let model: LoadedModel | undefined;
let session: Session | undefined;
/** The file that is shown, to answer it again with another model. */
let shownFile: File | undefined;
let microphone: OpenMicrophone | undefined;

/** Runs what a button does; an error becomes a sentence on the page. */
function act(step: () => Promise<void>): void {
  problem.textContent = "";
  step().catch((error: unknown) => {
    if (session) session.running = false;
    document.body.classList.remove("busy");
    problem.textContent = sentence(error);
    answers.say("no answer", "");
  });
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

async function loadModel(): Promise<void> {
  modelStatus.textContent = "loading ...";
  const loaded = await analysis.load(modelChoice.value as ModelName, buildChoice.value as Build).catch((error: unknown) => {
    modelStatus.textContent = model === undefined ? "not loaded" : `still ${describe(model)}`;
    throw error;
  });
  if (loaded === undefined) return;
  model = loaded;
  for (const option of Array.from(buildChoice.options))
    option.disabled = option.value !== "auto" && !loaded.builds.includes(option.value as never);
  answers.setClasses(loaded.classes);
  chart.setClasses(loaded.classes);
  modelStatus.textContent = describe(loaded);
}

function describe({ name, build, bytes, loadMs }: LoadedModel): string {
  return `${name}, ${BUILD_NAMES[build]}, ${Math.round(bytes / 1000)} KB, loaded in ${duration(loadMs)}`;
}

function begin(next: Session): void {
  session = next;
  table.clear();
  answers.clear();
  warnings.replaceChildren();
  figures.textContent = "";
  for (const button of [saveJson, saveCsv]) button.disabled = true;
  chart.show(next);
}

async function analyze(file: File): Promise<void> {
  await stopMicrophone();
  if (model === undefined) await loadModel();
  if (model === undefined) return;
  const next = fileSession(model, file.name);
  begin(next);
  shownFile = file;
  player.show(file);
  answers.say("working ...", file.name);
  document.body.classList.add("busy");
  const complete = await analysis.file(file, (reply) => takeFileReply(next, reply));
  document.body.classList.remove("busy");
  if (complete) announcer.say(`${file.name}: ${spoken(fileWording(next.result!))}`);
}

function takeFileReply(next: Session, reply: FileReply): void {
  if (reply.type === "begin") {
    next.columns = new Columns(reply.columns, reply.msPerColumn);
    next.durationMs = reply.durationMs;
  } else if (reply.type === "progress") {
    next.columns.append(reply.columns);
    next.answers.push(...reply.answers);
    next.speech.push(...reply.speech);
    table.add(reply.answers);
  } else {
    const { result } = reply;
    next.result = result;
    next.running = false;
    answers.show(fileWording(result), result);
    warnings.replaceChildren(
      ...result.warnings.map((text) => Object.assign(document.createElement("li"), { textContent: sentence(text) })),
    );
    const channels = result.channels === 1 ? "mono" : `${result.channels} channels`;
    figures.textContent =
      `${next.name}: ${result.sampleRate.toLocaleString("en")} Hz, ${channels}. ` +
      `Answered in ${duration(result.windowsMs)}; the stream over the same sound took ${duration(result.streamMs)}.`;
    for (const button of [saveJson, saveCsv]) button.disabled = false;
  }
  chart.draw();
}

async function startMicrophone(): Promise<void> {
  if (model === undefined) await loadModel();
  if (model === undefined) return;
  analysis.cancel();
  answers.say("opening the microphone ...", "the browser may ask you");
  const next = microphoneSession(model);
  shownFile = undefined;
  microphone = await openMicrophone(model.module, {
    onColumns(batch) {
      next.columns.append(batch);
      next.durationMs = next.columns.count * next.columns.msPerColumn;
      chart.draw();
    },
    onAnswer(answer) {
      next.answers.push(answer);
      table.add([answer]);
      const wording = liveWording(answer);
      answers.show(wording, answer);
      announcer.change(wording.headline);
      for (const button of [saveJson, saveCsv]) button.disabled = false;
    },
    onSpeech: (event) => void next.speech.push(event),
  });
  player.hide();
  begin(next);
  answers.say("listening", "say something");
  speak.textContent = "Stop";
  document.body.classList.add("recording");
  announcer.say("The microphone is open.");
}

async function stopMicrophone(): Promise<void> {
  const open = microphone;
  if (open === undefined) return;
  microphone = undefined;
  speak.textContent = "Speak";
  document.body.classList.remove("recording");
  if (session) session.running = false;
  await open.close();
  answers.say("stopped", "");
  chart.draw();
  announcer.say("The microphone is closed.");
}

async function changeModel(): Promise<void> {
  const wasOpen = microphone !== undefined;
  await stopMicrophone();
  await loadModel();
  if (wasOpen) await startMicrophone();
  else if (shownFile !== undefined) await analyze(shownFile);
  else if (session === undefined) answers.say("ready", "speak, drop a file, or take an example");
}

function spoken({ headline, detail }: Wording): string {
  return `${headline}, ${detail}`;
}

function save(text: (session: Session) => string, extension: string, type: string): void {
  if (session === undefined) return;
  const stem =
    session.kind === "file" ? session.name.replace(/\.[^.]*$/, "") : `speech-${session.started.slice(0, 19).replaceAll(":", "-")}`;
  saveText(text(session), `${stem}.${extension}`, type);
}

speak.addEventListener("click", () => act(() => (microphone === undefined ? startMicrophone() : stopMicrophone())));
modelChoice.addEventListener("change", () => act(changeModel));
buildChoice.addEventListener("change", () => act(changeModel));
saveJson.addEventListener("click", () => save(sessionJson, "json", "application/json"));
saveCsv.addEventListener("click", () => save(sessionCsv, "csv", "text/csv"));
takeFiles((file) => act(async () => analyze(await file)));
element("unsupported", HTMLElement).hidden = true;
act(changeModel);
keepOffline(element("offline", HTMLElement));
