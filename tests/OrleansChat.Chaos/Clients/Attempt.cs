using System.Text.Json;
using OrleansChat.Chaos.Checking;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Clients;

/// <summary>What is asked, beside the command's name.</summary>
/// <param name="Command">The command as histories name it.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="ClientId">Of a send.</param>
/// <param name="Text">Of a send.</param>
/// <param name="Target">Whom it is about.</param>
/// <param name="Seq">The number it is about.</param>
internal sealed record Question(string Command, string? Conversation = null, string? ClientId = null, string? Text = null, string? Target = null, long Seq = 0);

/// <summary>One command on one connection, recorded before it goes out and when its answer is there.</summary>
internal static class Attempt
{
    /// <summary>Asks; the command is on its way in the order of these calls when this returns its task.</summary>
    public static async Task<NativeReply> AskAsync(
        this NativeConnection chat, Recorder recorder, string client, string session, Question question, string wire, Action<Utf8JsonWriter> parameters)
    {
        long op = recorder.NextOp();
        recorder.Write(at => new Invoked(
            at, client, session, op, question.Command, question.Conversation, question.ClientId, question.Text, question.Target, question.Seq));
        NativeReply reply = await chat.AskAsync(wire, parameters);
        recorder.Write(at => Answer(at, client, op, reply, chat.Closed.IsCompleted));
        if (question.Command == "send" && reply.IsOk)
        {
            recorder.CountAck();
        }

        return reply;
    }

    private static Answered Answer(long at, string client, long op, NativeReply reply, bool closed)
    {
        if (reply.Error is { } error)
        {
            return new Answered(at, client, op, closed && error.Code == OrleansChat.Client.ChatError.Unavailable ? "lost" : error.Name);
        }

        JsonElement ok = reply.Ok();
        return ok.ValueKind == JsonValueKind.Object && ok.TryGetProperty("seq", out JsonElement seq)
            ? new Answered(
                at, client, op, null, ok.GetProperty("epoch").GetString(), seq.GetInt64(), ok.TryGetProperty("duplicate", out JsonElement again) && again.GetBoolean())
            : new Answered(at, client, op);
    }
}
