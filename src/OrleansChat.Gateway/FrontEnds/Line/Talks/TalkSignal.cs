using System.Globalization;
using System.Text.Json;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.FrontEnds.Line.Talks;

/// <summary>One side said TALKTO or STOP. Goes to the line connections of both sides and to no other door.</summary>
/// <param name="Starts">TALKTO or STOP.</param>
/// <param name="Peer">The other side, seen from the connection that gets this.</param>
/// <param name="After">For a stop: the last message before it.</param>
internal readonly record struct TalkSignal(bool Starts, string Peer, long After)
{
    private const string StartName = "line.start";
    private const string StopName = "line.stop";

    public ChatEvent ToEvent() =>
        ChatEvent.Of(Starts ? StartName : StopName, string.Create(CultureInfo.InvariantCulture, $",\"peer\":\"{Peer}\",\"after\":{After}"));

    public static bool TryRead(ChatEvent chatEvent, out TalkSignal signal)
    {
        signal = default;
        if (chatEvent.Name is not (StartName or StopName))
        {
            return false;
        }

        using JsonDocument json = JsonDocument.Parse(chatEvent.Json);
        signal = new TalkSignal(
            chatEvent.Name == StartName, json.RootElement.GetProperty("peer").GetString()!, json.RootElement.GetProperty("after").GetInt64());
        return true;
    }
}
