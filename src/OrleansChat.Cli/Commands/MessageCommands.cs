using System.CommandLine;
using OrleansChat.Cli.Talk;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

internal static class MessageCommands
{
    public static Command Send()
    {
        Argument<string> to = new("to") { Description = "a name, or group:ID" };
        Argument<string[]> words = new("text") { Arity = ArgumentArity.ZeroOrMore, Description = "the text [standard input]" };
        Option<string?> id = new("--client-id") { Description = "repeating a send with the same id is safe" };
        return ChatCommandLine.Make("send", "send a message and print its position", [to, words, id], async (context, result, cancel) =>
        {
            string[] given = result.GetValue(words) ?? [];
            string text = given.Length > 0 ? string.Join(' ', given) : (await Console.In.ReadToEndAsync(cancel)).TrimEnd('\n', '\r');
            await using ChatClient chat = await context.Servers.StayAsync(context.Token.Read(), cancel);
            SendAck ack = await chat.SendAsync(context.Conversation(result.GetValue(to)!), text, result.GetValue(id), cancel: cancel);
            context.Screen.Write($"{ack.Conversation} {ack.Seq}", new { ack.Conversation, ack.Epoch, ack.Seq, ack.At, ack.Duplicate });
        });
    }

    public static Command Read()
    {
        Argument<string?> name = new("name") { Arity = ArgumentArity.ZeroOrOne, Description = "a name or group:ID [who has written: the unseen summary]" };
        Option<int> limit = new("--last") { DefaultValueFactory = _ => 10, Description = "how many messages, up to 200" };
        Option<long?> before = new("--before") { Description = "only messages with a smaller number" };
        return ChatCommandLine.Make("read", "the unseen summary, or the last messages, which marks them seen", [name, limit, before], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            if (result.GetValue(name) is not { } one)
            {
                foreach (ChatSummary unseen in (await chat.SummariesAsync(cancel)).Where(summary => summary.Unread > 0))
                {
                    string from = unseen.Peer ?? unseen.Conversation;
                    context.Screen.Write($"{from} {unseen.Unread}", new { from, unseen = unseen.Unread });
                }

                return;
            }

            string conversation = context.Conversation(one);
            await History.WriteAsync(context, chat, conversation, result.GetValue(limit), result.GetValue(before), cancel);
        });
    }

    public static Command Talk()
    {
        Argument<string> name = new("name") { Description = "a name, or group:ID" };
        return ChatCommandLine.Make("talk", "talk live; /quit or Ctrl-C leaves", [name], (context, result, cancel) =>
            LiveTalk.RunAsync(context, context.Conversation(result.GetValue(name)!), cancel));
    }

    public static Command Tail() =>
        ChatCommandLine.Make("tail", "follow all conversations until Ctrl-C", [], (context, _, cancel) => LiveTalk.RunAsync(context, null, cancel));
}
