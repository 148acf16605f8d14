//! The few words that tell something in a list of codes.

/// "Used", behind or before a code.
const USED: &str = "used redeemed spent consumed verwendet benutzt gebraucht eingelöst utilisé utilisée utilisés usado usada \
    utilizado utilizada usato usata utilizzato gebruikt wykorzystany wykorzystano zużyty использован использовано \
    використано kullanıldı käytetty använd brukt brugt שימש مستخدم 使用済み 使用済 已使用 已用 사용됨 ✓ ✔ ✅ ☑ ☒ ✗ ✘ ❌";
/// What turns it round.
const NOT: &str = "not never nicht non no niet nie не ni ikke inte ei yet un pas jamais mai nunca";
/// Words of prose that have the length of a group, or of a whole code.
const USUAL: &str = "code codes your yours this that each used only once here keep save them these with from have been need \
    more safe list copy print next back done also will make sure when lose lost phone account download backup recovery \
    scratch generate generated settings security continue password username important verification authenticator \
    date time key keys the and for you are can not new use one two get";
/// What a page calls such codes.
const SPEAKS: &[&str] = &[
    "backup code",
    "back-up code",
    "recovery code",
    "recovery key",
    "scratch code",
    "emergency code",
    "one-time code",
    "single-use code",
    "reset code",
    "rescue code",
    "backup-code",
    "wiederherstellungscode",
    "wiederherstellungsschlüssel",
    "ersatzcode",
    "sicherungscode",
    "notfallcode",
    "code de secours",
    "codes de secours",
    "code de récupération",
    "codes de récupération",
    "código de respaldo",
    "códigos de respaldo",
    "código de recuperación",
    "códigos de recuperación",
    "código de segurança",
    "código de recuperação",
    "códigos de recuperação",
    "códigos de backup",
    "codice di backup",
    "codici di backup",
    "codice di recupero",
    "codici di recupero",
    "herstelcode",
    "back-upcode",
    "reservecode",
    "kod zapasowy",
    "kody zapasowe",
    "kod odzyskiwania",
    "kody odzyskiwania",
    "резервный код",
    "резервные коды",
    "код восстановления",
    "коды восстановления",
    "резервний код",
    "резервні коди",
    "yedek kod",
    "kurtarma kod",
    "备份码",
    "恢复码",
    "恢复代码",
    "备用验证码",
    "备用代码",
    "備份代碼",
    "バックアップコード",
    "リカバリーコード",
    "回復コード",
    "백업 코드",
    "복구 코드",
    "varakood",
    "varmistuskood",
    "palautuskood",
    "palautuskoodi",
    "reservkod",
    "återställningskod",
    "gjenopprettingskode",
    "קוד גיבוי",
    "קודי גיבוי",
    "رمز احتياطي",
    "الرموز الاحتياطية",
];

/// Whether a token says that a code was used.
pub fn is_used(token: &str) -> bool {
    let bare = token.trim_matches(|letter: char| ".:!?*_()[]-–".contains(letter)).to_lowercase();
    !bare.is_empty() && USED.split_whitespace().any(|word| word == bare)
}

/// Whether a token denies the one after it.
pub fn is_not(token: &str) -> bool {
    let token = token.to_lowercase();
    NOT.split_whitespace().any(|word| word == token)
}

/// Whether it is a word of prose.
pub fn is_usual(token: &str) -> bool {
    let token = token.to_lowercase();
    USUAL.split_whitespace().any(|word| word == token)
}

/// Whether a text speaks of backup codes.
pub fn speaks_of_codes(text: &str) -> bool {
    let text = text.to_lowercase();
    SPEAKS.iter().any(|words| text.contains(words))
}
