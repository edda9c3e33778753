using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OrleansChat;

/// <summary>
/// What people may call themselves and their groups, after the profile for nicknames (RFC 8266) and the advice of UTS 39: free text of every script,
/// without what is there to deceive. Nobody is known by it: identity is the user name, which is ASCII and shown beside it.
/// </summary>
public static class DisplayText
{
    /// <summary>Why a text was refused, as a client may be told.</summary>
    public const string Refusal =
        "There is a character in it that cannot be seen or that changes how others are shown, or a word mixes alphabets that look alike.";

    // More than any living language stacks on one letter.
    private const int MaxMarks = 4;

    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>
    /// Brings a text into the form that is kept: spaces of every kind become one space, none at the ends. False when it holds control characters,
    /// direction marks, other invisible characters, half a surrogate or piles of accents, or, in a name, a word of Latin, Cyrillic and Greek letters mixed.
    /// </summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="isName">Whether it names somebody or something; a status does not.</param>
    /// <param name="clean">The form that is kept; may be empty.</param>
    public static bool TryClean(string text, bool isName, [NotNullWhen(true)] out string? clean)
    {
        clean = null;
        StringBuilder kept = new(text.Length);
        int marks = 0;
        Alphabets word = Alphabets.None;
        Rune before = default;
        bool space = false;
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || rune.Value is '\t' or '\n' or '\r')
            {
                (space, word, marks, before) = (true, Alphabets.None, 0, default);
                continue;
            }

            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            word = Rune.IsPunctuation(rune) ? Alphabets.None : word | AlphabetOf(rune.Value);
            if (marks > MaxMarks || (isName && IsMixed(word)) || !IsVisible(rune.Value, category, before, text, at))
            {
                return false;
            }

            if (space && kept.Length > 0)
            {
                kept.Append(' ');
            }

            kept.Append(rune.ToString());
            (space, before) = (false, rune);
        }

        clean = kept.ToString();
        return true;
    }

    private static bool IsVisible(int value, UnicodeCategory category, Rune before, string text, int next) => category switch
    {
        UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse => false,
        UnicodeCategory.Format => value switch
        {
            ZeroWidthNonJoiner => IsVirama(before.Value) || (IsArabic(before.Value) && Rune.TryGetRuneAt(text, Math.Min(next, text.Length - 1), out Rune after) && IsArabic(after.Value)),
            ZeroWidthJoiner => IsVirama(before.Value) || IsPicture(before),
            _ => false,
        },
        _ => !IsBlank(value) && (value & 0xFFFE) != 0xFFFE && value is not (>= 0xFDD0 and <= 0xFDEF),
    };

    // Letters and marks by their category, nothing to the eye: fillers, the grapheme joiner, selectors other than those of emoji.
    private static bool IsBlank(int value) =>
        value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0
            or (>= 0xFE00 and <= 0xFE0D) or (>= 0xE0000 and <= 0xE0FFF);

    private static bool IsPicture(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol || rune.Value is 0xFE0F;

    // After these, joiners choose between forms of the letters of Indic scripts (RFC 5892, appendix A).
    private static bool IsVirama(int value) =>
        value is 0x094D or 0x09CD or 0x0A4D or 0x0ACD or 0x0B4D or 0x0BCD or 0x0C4D or 0x0CCD or 0x0D4D or 0x0DCA or 0x1039 or 0x17D2;

    private static bool IsArabic(int value) => value is (>= 0x0620 and <= 0x07FF) or (>= 0x08A0 and <= 0x08FF);

    private static bool IsMixed(Alphabets word) => (word & (word - 1)) != 0;

    private static Alphabets AlphabetOf(int value) => value switch
    {
        (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= 0x00C0 and <= 0x024F and not 0x00D7 and not 0x00F7) or (>= 0x1E00 and <= 0x1EFF)
            or (>= 0xFF21 and <= 0xFF3A) or (>= 0xFF41 and <= 0xFF5A) => Alphabets.Latin,
        (>= 0x0370 and <= 0x03FF and not 0x037E and not 0x0387) or (>= 0x1F00 and <= 0x1FFF) => Alphabets.Greek,
        (>= 0x0400 and <= 0x052F) or (>= 0x1C80 and <= 0x1C8F) or (>= 0x2DE0 and <= 0x2DFF) or (>= 0xA640 and <= 0xA69F) => Alphabets.Cyrillic,
        (>= 0x0531 and <= 0x0588) => Alphabets.Armenian,
        (>= 0x13A0 and <= 0x13FF) or (>= 0xAB70 and <= 0xABBF) => Alphabets.Cherokee,
        _ => Alphabets.None,
    };

    [Flags]
    private enum Alphabets
    {
        None = 0,
        Latin = 1,
        Greek = 2,
        Cyrillic = 4,
        Armenian = 8,
        Cherokee = 16,
    }
}
