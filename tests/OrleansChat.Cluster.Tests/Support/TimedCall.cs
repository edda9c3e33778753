using System.Text.Json;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>A call, how it was answered, and when.</summary>
/// <param name="Caller">Who called.</param>
/// <param name="Command">The command.</param>
/// <param name="ClientId">Of a send.</param>
/// <param name="Began">When, counted from the beginning of the trouble.</param>
/// <param name="Took">How long the answer took.</param>
/// <param name="Name"><c>ok</c>, or the error's name.</param>
internal sealed record TimedCall(Session Caller, string Command, string? ClientId, TimeSpan Began, TimeSpan Took, string Name)
{
    public static Task<TimedCall> SendAsync(Session caller, long since, string conversation, string clientId) =>
        RunAsync(caller, since, "send", clientId, () => caller.AskToSendAsync(conversation, clientId, $"text of {clientId}"));

    public static Task<TimedCall> RunAsync(Session caller, long since, string command, Action<Utf8JsonWriter>? parameters = null) =>
        RunAsync(caller, since, command, null, () => caller.Chat.AskAsync(command, parameters));

    public override string ToString() => $"{Caller.Name} {Command} {ClientId} at {Began.TotalSeconds:0.00} s: {Name} after {Took.TotalSeconds:0.00} s";

    private static async Task<TimedCall> RunAsync(Session caller, long since, string command, string? clientId, Func<Task<NativeReply>> call)
    {
        TimeSpan began = TimeProvider.System.GetElapsedTime(since);
        NativeReply reply = await call();
        return new TimedCall(caller, command, clientId, began, TimeProvider.System.GetElapsedTime(since) - began, reply.Error?.Name ?? "ok");
    }
}
