"""How the helpline talks: in the words that people use on the telephone, and politely."""

from __future__ import annotations

import re
from typing import Final

_OFFICIALESE: Final = """
    प्रतीक्षा इंतज़ार | पर्यवेक्षक सुपरवाइज़र | संचालक ऑपरेटर | चिकित्सा इलाज | चिकित्सक डॉक्टर
    पंजीकरण नाम लिखवाना | पंजीकृत दर्ज | विराम ब्रेक | प्रशिक्षण ट्रेनिंग | कार्यालय दफ़्तर
    उपलब्ध मौजूद | अनुपलब्ध मौजूद नहीं | दूरभाष फ़ोन | क्रमांक नंबर | संख्या गिनती | कृपया (नहीं)
    असुविधा परेशानी | समस्या परेशानी | सहायता मदद | सहायक मदद करने वाला | समाधान हल
    शीघ्र जल्दी | तत्काल अभी | तुरंत अभी | पश्चात बाद | हेतु के लिए | द्वारा से | एवं और
    तथा और | अथवा या | किंतु पर | परंतु पर | यदि अगर | अतः इसलिए | उपरांत बाद | विकल्प बटन
    चयन चुनना | चुनें दबाएँ | प्रविष्ट दबाना | अंकित लिखा | प्राप्त मिला | प्रदान देना | सूचित बताया
    अवगत बताया | संपर्क बात | वार्ता बात | वार्तालाप बातचीत | प्रतिनिधि ऑपरेटर | व्यस्त बात कर रहे
    स्थिति हाल | विवरण जानकारी | आवश्यक ज़रूरी | आवश्यकता ज़रूरत | सामग्री सामान | आपूर्ति सामान
    खाद्य खाना | औषधि दवा | रोग बीमारी | ज्वर बुख़ार | विद्युत बिजली | जनपद ज़िला
    दिनांक तारीख़ | समयावधि समय | धनराशि पैसा | निःशुल्क मुफ़्त | निवेदन बात
    प्लीज़ (नहीं) | प्रेस दबाएँ | डायल दबाएँ | वेट इंतज़ार | हेल्प मदद | इन्फ़ॉर्मेशन जानकारी | प्रॉब्लम परेशानी
    कंप्लेंट शिकायत | वेलकम स्वागत | कनेक्ट बात कराना | बिज़ी बात कर रहे | लैंग्वेज भाषा | ऑप्शन बटन
"""
PLAIN_WORDS: Final = {
    stiff: plain
    for stiff, _, plain in (entry.strip().partition(" ") for entry in _OFFICIALESE.split("|"))
}
"""Words of offices, and English ones for which everybody has a Hindi word -> what people say.

Words that people really use stay: नंबर, टिकट, फ़ोन, ऑपरेटर, रिकॉर्ड. ``(नहीं)``: leave it out.
"""
# Python takes vowel signs for no part of a word.
_BEGINS: Final = r"(?<![\w\u0900-\u0963])"
_ENDS: Final = r"(?![\w\u0900-\u0963])"

ADDRESSED_LOW: Final = re.compile(
    rf"{_BEGINS}(तू|तुझे|तेरा|तेरी|तेरे|तुम|तुम्हें|तुम्हारा|तुम्हारी|तुम्हारे"
    rf"|(?:दबा|कर|बोल|रुक|सुन|रह|बता|देख|लिख|भेज)ो|दबाओ|बताओ){_ENDS}"
)
"""Words that address the caller as one does a child."""
LONGEST_SENTENCE: Final = 18
"""Words in a sentence; by the end of a longer one its beginning is forgotten."""

_SENTENCE_ENDS: Final = re.compile(r"[।?!.]")
_PRESS: Final = re.compile(rf"{_BEGINS}दबा(?:एँ|एं|इए){_ENDS}")
_KEY_FIRST: Final = re.compile(rf"^\S+\s+दबा(?:एँ|एं|इए){_ENDS}")
_GO_ON: Final = re.compile(rf"^,?\s*(?:या|और|फिर){_ENDS}")


def sentences(text: str) -> tuple[str, ...]:
    """Divide a text into its sentences, without the signs that end them."""
    return tuple(part.strip() for part in _SENTENCE_ENDS.split(text) if part.strip())


def key_stands_last(sentence: str) -> bool:
    """Whether a sentence that asks for a key names first what it is for: भोजन के लिए एक दबाएँ.

    Who hears the key first has forgotten it when the purpose comes. A sentence that asks for no
    key is right.
    """
    press = _PRESS.search(sentence)
    if press is None:
        return True
    after = sentence[press.end() :].strip()
    goes_on = not after or _GO_ON.match(after) is not None
    return goes_on and _KEY_FIRST.match(sentence) is None
