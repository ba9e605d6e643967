import { button, field, h, icon } from "./dom.js";
import { closeSheet, openSheet } from "./sheet.js";
import { toast } from "./toast.js";

const SAYINGS = ["活动", "我的活动", "我想报名第一个", "求助 帮老人搬柜子", "我的时长"];
const PHOTOS = [
  { name: "路面坑洼", file: "pothole.jpg" },
  { name: "通道堵塞", file: "blocked.jpg" },
  { name: "飞线充电", file: "wires.jpg" },
  { name: "不带图片", file: "" },
];
const LARGEST = 12_000_000;
/** Well-known places of the district; the coordinates are approximate. */
const PLACES = [
  { label: "五一广场", lat: 37.8697, lng: 112.5604 },
  { label: "迎泽公园", lat: 37.8567, lng: 112.5473 },
  { label: "柳巷", lat: 37.8721, lng: 112.5656 },
  { label: "太原站", lat: 37.8629, lng: 112.5835 },
  { label: "双塔公园", lat: 37.8441, lng: 112.5868 },
];

/** The sheets behind +: voice, photo, location, scan. */
export class Trays {
  constructor(chat) {
    this.chat = chat;
  }

  /** Send a voice message with the text that WeChat would have recognised. */
  voice() {
    const said = h("textarea", { rows: "2", maxlength: "500", "data-first": true });
    const send = (text) => {
      if (!text.trim()) return toast("先写下识别出的文字。");
      closeSheet();
      return this.chat.step("voice", { recognition: text.trim() }, "语音", "语音…");
    };
    const body = [
      field("语音识别出的文字", said),
      h("div", { class: "choices" }, SAYINGS.map((text) => button(text, () => send(text), "choice"))),
      button("发送语音", () => send(said.value), "button wide"),
    ];
    openSheet({ title: "语音", body });
  }

  /** Send one of the drawn pictures, a picture of one's own, or a message without any. */
  photo() {
    const send = (photo) => () => {
      closeSheet();
      const body = photo.file ? { pic_url: new URL(`page/photos/${photo.file}`, location.href).href } : {};
      this.chat.step("image", body, "照片", "照片…");
    };
    const tile = (photo) => button(
      [photo.file ? h("img", { src: `page/photos/${photo.file}`, alt: "" }) : icon("photo"), h("span", {}, photo.name)],
      send(photo), photo.file ? "" : "no-picture",
    );
    const own = h("input", { type: "file", accept: "image/*" });
    own.addEventListener("change", () => this.sendFile(own.files[0]));
    const body = [h("div", { class: "photos" }, PHOTOS.map(tile)), field("或选一张自己的（最大12兆）", own)];
    openSheet({ title: "照片（画的，不是真的）", body });
  }

  /** Send a file from this machine as a photo. */
  sendFile(file) {
    if (!file) return;
    if (file.size > LARGEST) return toast("最大12兆。");
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      closeSheet();
      this.chat.step("image", { content: reader.result.split(",")[1] ?? "" }, "照片", "照片…");
    });
    reader.readAsDataURL(file);
  }

  /** Send a place of the district, or any latitude and longitude. */
  location() {
    const number = (value) => h("input", { inputmode: "decimal", value, autocomplete: "off" });
    const [lat, lng] = [number("37.8630"), number("112.5690")];
    const label = h("input", { value: "自选地点", maxlength: "60" });
    const send = (place) => {
      if (!(Math.abs(place.lat) <= 90 && Math.abs(place.lng) <= 180)) return toast("纬度在 ±90、经度在 ±180 之间。");
      closeSheet();
      return this.chat.step("location", place, "位置", `位置：${place.label}`);
    };
    const free = () => send({ lat: decimal(lat), lng: decimal(lng), label: label.value.trim() || "自选地点" });
    const body = [
      h("div", { class: "choices" }, PLACES.map((place) => button(place.label, () => send(place), "choice"))),
      h("p", { class: "soft" }, "坐标是约略的。也可以自己填："),
      field("名称", label),
      h("div", { class: "row" }, field("纬度", lat), field("经度", lng)),
      button("发送位置", free, "button wide"),
    ];
    openSheet({ title: "位置", body });
  }

  /** Scan a code of the account that carries a scene; somebody who does not follow yet follows by it. */
  scan() {
    const scene = h("input", { maxlength: "64", "data-first": true, autocomplete: "off", placeholder: "例如 activity-1" });
    const send = async () => {
      if (!scene.value.trim()) return toast("先写场景值。");
      closeSheet();
      await this.chat.step("scan", { scene: scene.value.trim() }, "扫码");
      return this.chat.reload();
    };
    const body = [
      h("p", { class: "soft" }, "带参数的二维码里有一个“场景值”。没关注的人扫了就会关注。"),
      field("场景值", scene),
      button("扫一扫", send, "button wide"),
    ];
    openSheet({ title: "扫码", body });
  }
}

function decimal(input) {
  return input.value.trim() === "" ? Number.NaN : Number(input.value);
}
