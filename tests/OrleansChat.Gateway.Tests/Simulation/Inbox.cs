using System.Text;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>What a session's queue holds, taken out by the test.</summary>
internal static class Inbox
{
    public static IReadOnlyList<OutboundItem> TakeAll(this ChatSession session)
    {
        var items = new List<OutboundItem>();
        session.Queue.Take(items, int.MaxValue);
        return items;
    }

    /// <summary>The numbers of the messages that wait.</summary>
    public static IEnumerable<long> TakeSeqs(this ChatSession session) =>
        session.TakeAll().Where(item => item.Event?.Name == "message").Select(item => item.Event!.Seq);

    public static IEnumerable<string> Names(this IEnumerable<OutboundItem> items) => items.Select(item => item.Event?.Name ?? "reply");

    public static string Text(this ChatEvent chatEvent) => Encoding.UTF8.GetString(chatEvent.Json);
}
