// One line of explanation for the parts of WeChat's protocol, in plain words.

/** Query parameters and header names. */
export const PARAMS = {
  signature: "token、timestamp、nonce 三样排序后连起来做 SHA-1：证明来自微信（安全模式不看它，看 msg_signature）",
  msg_signature: "再加上 Encrypt 一起签的名：密文被改过一个字，这里就对不上",
  timestamp: "微信发出的时刻（秒）。太旧的要拒绝，防止有人录下来重放",
  nonce: "一次性的随机数，和时间戳一起参加签名",
  openid: "这个人在这个公众号里的编号；换个公众号或小程序就不同",
  encrypt_type: "aes 表示正文是密文",
  echostr: "验证网址时原样送回的一串字",
  access_token: "服务调用微信接口的通行证，两小时内有效",
  appid: "公众号或小程序的编号",
  secret: "它的密钥，绝不能外传",
  js_code: "wx.login 得到的登录码：五分钟内用一次",
  grant_type: "要哪一种通行证",
  q: "搜索词", field: "活动类别", limit: "一页几条", cursor: "接着上一页看",
};

/** Elements of XML and keys of JSON. */
export const PARTS = {
  ToUserName: "发给谁（公众号的原始号）",
  FromUserName: "谁发的（这个人的 openid）",
  CreateTime: "发出的时刻（秒）",
  MsgType: "消息的种类",
  Content: "说的话",
  MsgId: "消息编号：重发时不变，用来认出重复",
  Encrypt: "密文：AES-256-CBC 加密再转 Base64，里面是 16 个随机字节、长度、正文、appid",
  MsgSignature: "应答的签名",
  TimeStamp: "应答签名用的时刻",
  Nonce: "应答签名用的随机数",
  Event: "事件的名字（关注、取消关注、扫码、点菜单……）",
  EventKey: "事件带的值：场景值或菜单的 key",
  Ticket: "二维码的票据",
  Recognition: "语音识别出的文字",
  MediaId: "素材编号，凭它去下载",
  Format: "语音的格式",
  PicUrl: "图片的网址",
  Location_X: "纬度", Location_Y: "经度", Scale: "地图缩放", Label: "地点的名字",
  bizmsgmenuid: "点的是菜单消息里的哪一项",
  SubscribeMsgPopupEvent: "有人在订阅弹窗里点了允许或拒绝",
  SubscribeMsgChangeEvent: "有人在设置里关掉了订阅",
  SubscribeMsgSentEvent: "订阅消息的送达结果",
  TemplateId: "模板编号", SubscribeStatusString: "允许还是拒绝", PopupScene: "弹窗在哪里出现",
  touser: "发给谁（openid）", msgtype: "消息的种类", template_id: "模板编号", data: "模板里各栏的内容", page: "点开后到哪一页",
  content: "说的话", errcode: "0 是成功，别的数是原因", errmsg: "原因和 rid（查问题用的编号）", msgid: "消息编号",
  access_token: "调用接口的通行证", expires_in: "还有几秒过期", session_key: "会话密钥，只留在服务端",
  unionid: "同一个人在公众号和小程序里共有的编号", openid: "这个人在这个应用里的编号",
  code: "一次性的码，或拒绝的原因代号", token: "登录后的通行证", message: "给人看的一句话", request_id: "这次请求的编号，查问题用",
  state: "confirmed 已报上，waitlisted 候补，offered 有名额等接受", position: "候补第几位", my_state: "我在这一班里的状态",
  places_left: "还剩几个名额", waiting: "几个人在候补", next_cursor: "下一页从哪里接着看", capacity: "一共几个名额",
  starts_at: "开始（带时区）", ends_at: "结束（带时区）", offer_ends_at: "名额留到什么时候", near: "时间挨得很近的另一个报名（只提醒，不拦）",
};

/** Headers that are worth a word. */
export const HEADERS = {
  authorization: "登录后的通行证", "content-type": "正文的格式", "content-length": "正文的字节数", "idempotency-key": "同一个键重发也只办一次",
  "retry-after": "过几秒再试", "x-request-id": "这次请求的编号",
};
