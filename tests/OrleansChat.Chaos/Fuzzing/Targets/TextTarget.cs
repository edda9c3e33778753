using System.Text;
using OrleansChat.Feeds;
using OrleansChat.Gateway.FrontEnds.Sse;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>Names, ids, positions and texts that people see, each in its own small grammar.</summary>
internal static class TextTarget
{
    public static FuzzTarget Create() => new(
        "texts",
        ["alice", "group:a-1", "dm:alice:bob", "dm:b:a", "12-3", "18446744073709551615-0", "AQEAAAAAAAABYQE", "AQA", "Al \u00c3\u00a9 B", "\u00d0\u0090lice", "a\u00e2\u0080\u008eb", "  a  b "],
        [
            "a", "Z", "0", ".", "-", "_", ":", "group:", "dm:", "alice", "bob", " ", "\u00c3\u00a9", "\u00cc\u0081", "\u00e2\u0080\u00ae", "\u00e2\u0080\u008b", "\u00d0\u00b0", "\u00ce\u00b1", "\u00ef\u00bc\u00a1", "\u00f0\u009d\u0090\u0080",
            "AQE", "AAAAAAAA", "/", "=", "\u0000", "\u00e3\u0080\u0080", "\u00c7\u00b0", "\u00ef\u00ac\u0081",
        ],
        Parse);

    private static string Parse(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        string kind = FuzzTarget.Magnitude(text.Length).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Names.TryUser(text, out string? user))
        {
            FuzzTarget.Demand(Names.TryUser(user, out string? same) && same == user && user.All(char.IsAscii), "a user's name is another one the second time");
            kind += " user";
        }

        if (Names.TryGroup(text, out string? group))
        {
            FuzzTarget.Demand(ConversationId.TryParse($"group:{group}", out ConversationId its) && its.GroupId == group, "a group has no conversation");
            kind += " group";
        }

        if (ConversationId.TryParse(text, out ConversationId id))
        {
            FuzzTarget.Demand(id.Value == text, "a conversation's id is another one");
            FuzzTarget.Demand(!id.IsDirect || (id.TryGetPair(out string? one, out string? other) && ConversationId.Direct(other, one).Value == text), "a direct conversation is not that of its two people");
            kind += id.IsDirect ? " direct" : " conversation";
        }

        if (FeedId.TryParse(text, out FeedId place))
        {
            FuzzTarget.Demand(FeedId.TryParse(place.ToString(), out FeedId same) && same.CompareTo(place) == 0, "a place is another one the second time");
            kind += " place";
        }

        if (ResumePosition.Read(text) is { } position)
        {
            FuzzTarget.Demand(position.Places.Count <= ResumePosition.MaxPlaces && position.Places.All(one => one.Seq >= 0), "a position is none");
            FuzzTarget.Demand(ResumePosition.Read(position.Write()) is { } again && again.Whole == position.Whole && again.Places.SequenceEqual(position.Places), "a position is another one the second time");
            kind += $" position{Math.Min(3, position.Places.Count)}";
        }

        foreach (bool isName in (bool[])[true, false])
        {
            if (DisplayText.TryClean(text, isName, out string? clean))
            {
                FuzzTarget.Demand(DisplayText.TryClean(clean, isName, out string? cleaner) && cleaner == clean, "a text that was cleaned is cleaned again");
                FuzzTarget.Demand(!clean.Any(char.IsControl), "a text that people see has a control character");
                kind += clean == text ? " same" : " cleaned";
            }
        }

        return kind;
    }
}
