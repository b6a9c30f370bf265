import pytest

from coach.detection.language import looks_foreign

PLANS = {
    "German": "Wir gewinnen 120 Partner bis Ende des Jahres. Jeder Partner bekommt 25 % Marge, und "
    "das Portal übernimmt "
    "die Betreuung. Ein Ziel für die Kunden ist noch nicht festgelegt.",
    "French": "Nous allons recruter 50 partenaires cette année. Chaque partenaire reçoit 20 % de commission sur les "
    "ventes. Le portail est la seule voie de contact avec nous.",
    "Spanish": "Vamos a firmar 50 socios este año. Cada socio recibe una comisión del 20 % por las "
    "ventas que nos traiga. "
    "El portal es la única vía de contacto.",
    "Portuguese": "Vamos assinar com 50 parceiros este ano. Cada parceiro recebe uma comissão de 20 % "
    "das vendas que nos "
    "trouxer. O portal é a única via de contacto.",
    "Italian": "Firmeremo 50 partner quest'anno. Ogni partner riceve una commissione del 20 % sulle "
    "vendite che ci porta. "
    "Il portale è l'unico modo per contattarci.",
    "Dutch": "Wij tekenen dit jaar vijftig partners. Elke partner krijgt 20 % van de omzet die hij ons brengt. Het "
    "portaal is de enige manier om met ons te spreken.",
    "Polish": "W tym roku podpiszemy umowy z 50 partnerami. Każdy partner otrzymuje 20 % prowizji "
    "od sprzedaży, którą nam "
    "przyniesie. Portal jest jedynym kanałem kontaktu i nie ma opiekuna dla małych firm.",
    "Swedish": "Vi skriver avtal med 50 partner i år. Varje partner får 20 % av försäljningen som "
    "den ger oss. Portalen "
    "är det enda sättet att tala med oss.",
    "Turkish": "Bu yıl 50 ortak ile anlaşma imzalayacağız. Her ortak bize getirdiği satışlar için yüzde 20 komisyon "
    "alacak. Portal bizimle iletişim için tek yol ve başka bir kanal yok.",
    "Japanese": "今年は50社のパートナーと契約します。各パートナーは売上の20％を受け取ります。",
    "Chinese": "今年我们将与五十家合作伙伴签约。每个合作伙伴将获得销售额的百分之二十。",
    "Korean": "올해 우리는 50개의 파트너와 계약할 것입니다. 각 파트너는 매출의 20%를 받습니다.",
    "Russian": "В этом году мы подпишем договоры с пятьюдесятью партнёрами. Каждый получит двадцать процентов.",
    "Ukrainian": "Цього року ми підпишемо договори з п'ятдесятьма партнерами. Кожен отримає двадцять відсотків.",
    "Arabic": "سنوقع هذا العام مع خمسين شريكا ويحصل كل شريك على عشرين في المئة من المبيعات",
    "Greek": "Φέτος θα υπογράψουμε με πενήντα συνεργάτες. Κάθε συνεργάτης παίρνει είκοσι τοις εκατό.",
    "Hebrew": "השנה נחתום עם חמישים שותפים וכל שותף יקבל עשרים אחוז מהמכירות",
    "Thai": "ปีนี้เราจะเซ็นสัญญากับพันธมิตรห้าสิบราย",
    "Hindi": "इस साल हम पचास भागीदारों के साथ अनुबंध करेंगे। प्रत्येक भागीदार को बीस प्रतिशत मिलेगा।",
}

ENGLISH = {
    "foreign names": "Cooperation with Rede Ipê (pharmacies, Minas Gerais): die Kollegen at Nordwind Logistik GmbH and "
    "Société Générale de Distribution sign for us in Köln, São Paulo and Łódź.",
    "foreign headings": "Vorstandsvorlage Channel Offensive DACH\n120 signed resellers by 31.12.\nPartner "
    "levels: Basis, "
    "Bronze, Silber, Gold, Platin\nCare via portal and quarterly mailing",
    "no function words": "Gold tier: 30% margin. Silver tier: 20% margin. Bronze tier: 10% margin. Portal "
    "launch March. "
    "Roadshow Berlin, Paris, Madrid, Milano.",
    "a quotation": "Our partner in Lyon put it well: « Nous ne sommes pas votre force de vente. » He is right, and the "
    "plan must say what his firm gains from the work that we ask of it.",
    "mixed": "We sign fifty partners this year. Jeder Partner bekommt eine Marge von 25 %, und das "
    "Portal ist für alle da. "
    "The portal is the only way to talk to us.",
    "names in another script": "The distributor 株式会社パートナー will sell our product in Osaka from May.",
}


@pytest.mark.parametrize("language", PLANS)
def test_a_plan_in_another_language_is_named(language):
    assert looks_foreign(PLANS[language]) == language


@pytest.mark.parametrize("case", ENGLISH)
def test_english_with_foreign_words_is_english(case):
    assert looks_foreign(ENGLISH[case]) is None


@pytest.mark.parametrize("text", ["", "  \n", "42 %", "Ja", "Bonjour à tous", "日本", "Gold, Silber, Bronze"])
def test_a_short_text_is_never_foreign(text):
    assert looks_foreign(text) is None


def test_capitals_make_no_difference():
    assert looks_foreign(PLANS["German"].upper()) == "German"


TOLD_BY_LETTERS = {
    "Turkish": """Slayt 5: iş ortaklığı
- Hedef: yıl sonuna kadar 200 iş ortağı
- Komisyon %18, bundan iyi sebep olamaz
- Başvurular portal üzerinden, telefon desteği yok
- Lansman eylülde, bütün illerde aynı anda""",
    "Hungarian": """Partnerprogram 2026
- Cél: több száz partner az év végéig, ez az egyetlen mérőszám
- A jutalék elegendő ok, ők maguktól jönnek
- Senki sem hívja őket, a portál mindent elintéz
- Az ügyfél időről időre gyűjtőlevelet kap, az űrlap hűvös""",
    "Vietnamese": """Chương trình đối tác
- Mục tiêu: hai trăm đại lý trước cuối năm
- Hoa hồng hai mươi phần trăm là lý do duy nhất
- Không ai gọi điện cho đại lý, cổng thông tin lo tất cả""",
}


@pytest.mark.parametrize("language", TOLD_BY_LETTERS)
def test_a_language_without_free_function_words_is_told_by_its_letters(language):
    assert looks_foreign(TOLD_BY_LETTERS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "Reseller targets 2026: İşbank, Şişecam, Arçelik, Koç, Beşiktaş. Gold tier 30% margin, pilots Q2, launch Q3",
        "Partner team: Bjørn Sørensen, Åse Lund, Øyvind Dahl. Margin 20%, pilot May, launch June, 50 resellers signed",
        "Distributors: Łódź, Gdańsk, Poznań, Wrocław, Żywiec, Kraków. Margin 12%, quarterly review, named contact each",
    ],
)
def test_foreign_names_in_a_terse_english_list_do_not_make_it_foreign(text):
    assert looks_foreign(text) is None
