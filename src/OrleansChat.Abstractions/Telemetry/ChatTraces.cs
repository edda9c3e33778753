using System.Diagnostics;
using OrleansChat.Conversations;

namespace OrleansChat.Telemetry;

/// <summary>
/// The way of a message as one trace: <c>chat.send</c> on the sender's node, <c>chat.append</c> around the step in storage, <c>chat.deliver</c> on
/// each node that hears of it, <c>chat.write</c> for the sockets it goes to. While nobody listens nothing is made and nothing is added to what
/// is announced. As in metrics, no tag holds a name, a conversation or a text.
/// </summary>
public static class ChatTraces
{
    /// <summary>The source's name.</summary>
    public const string Name = "OrleansChat";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether somebody listens.</summary>
    public static bool AreOn => Source.HasListeners();

    /// <summary>Begins the trace of a send, if it is one of those to be traced.</summary>
    /// <param name="ratio">The share of sends to trace, 0 to 1.</param>
    public static Activity? BeginSend(double ratio)
    {
        if (!Source.HasListeners() || Random.Shared.NextDouble() >= ratio)
        {
            return null;
        }

        // The request by which a connection began lasts as long as the connection: it is not what this send is a part of.
        Activity? around = Activity.Current;
        Activity.Current = null;
        Activity? send = Source.StartActivity("chat.send", ActivityKind.Server);
        if (send is null)
        {
            Activity.Current = around;
        }

        return send;
    }

    /// <summary>What a send carries along for the spans after it; null unless it is traced.</summary>
    public static string? Carried(Activity? span) => span is { Recorded: true } ? span.Id : null;

    /// <summary>Begins the step that appends a batch. It belongs to the first traced send of the batch and names the others.</summary>
    public static Activity? BeginAppend(IReadOnlyList<SendRequest> sends)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext parent = default;
        List<ActivityLink>? others = null;
        for (int i = 0; i < sends.Count; i++)
        {
            if (sends[i].Trace is not { } trace || !ActivityContext.TryParse(trace, null, isRemote: true, out ActivityContext context))
            {
                continue;
            }

            if (parent == default)
            {
                parent = context;
            }
            else
            {
                (others ??= []).Add(new ActivityLink(context));
            }
        }

        return parent == default
            ? null
            : Source.StartActivity("chat.append", ActivityKind.Producer, parent, links: others)?.SetTag("chat.sends", sends.Count);
    }

    /// <summary>Begins the delivery of what was announced with a trace.</summary>
    /// <param name="carried">What the announcement says; empty when it is not traced.</param>
    public static Activity? BeginDelivery(string carried) =>
        carried.Length > 0 && Source.HasListeners() && ActivityContext.TryParse(carried, null, isRemote: true, out ActivityContext context)
            ? Source.StartActivity("chat.deliver", ActivityKind.Consumer, context)
            : null;

    /// <summary>A traced message has been written to a socket.</summary>
    /// <param name="parent">What brought it here.</param>
    /// <param name="taken">When it was taken out of the session's queue.</param>
    public static void Written(ActivityContext parent, DateTimeOffset taken) =>
        Source.StartActivity("chat.write", ActivityKind.Internal, parent, startTime: taken)?.Dispose();
}
