using System.CommandLine;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>Messages, one command at a time.</summary>
internal static class MessageCommands
{
    private const string NameHelp = "A person's name, or group:ID, or '#ID'.";

    public static Command Send()
    {
        Argument<string> to = new("to") { Description = NameHelp };
        Argument<string[]> words = new("text") { Arity = ArgumentArity.ZeroOrMore, Description = "The text; without it, all of standard input. Write -- before a text that begins with '-'." };
        Option<string?> id = new("--client-id") { HelpName = "id", Description = "Your id of the message: sent again under the same id it is stored once." };
        Option<int> patience = new("--timeout") { HelpName = "seconds", Description = "How long to try.", DefaultValueFactory = _ => 30 };
        return ChatCommandLine.Make("send", "Send a message, and print its number when it is stored.", [to, words, id, patience], async (context, result, cancel) =>
        {
            string conversation = ConversationName.Parse(result.GetRequiredValue(to), context.Me);
            string text = Text(result, words);
            string clientId = result.GetValue(id) ?? Guid.CreateVersion7().ToString("N");
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            late.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(result.GetValue(patience), 1, 86_400)));
            try
            {
                await using ChatClient chat = await context.StayAsync(late.Token);
                SendAck ack = await context.AboutAsync(conversation, () => chat.SendAsync(conversation, text, clientId, cancel: late.Token));
                context.Screen.Show(ack, CliJson.Default.SendAck, $"{ConversationName.Show(conversation, context.Me)} #{ack.Seq}");
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new CliException(ExitCodes.Unreachable, $"no acknowledgement came in time: it may be stored; send it again with --client-id {clientId}");
            }
        });
    }

    public static Command Unseen() =>
        ChatCommandLine.Make("unseen", "Who has written how many messages that you have not seen.", [], async (context, _, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            foreach (ChatSummary summary in (await chat.ConversationsAsync(cancel: cancel)).Where(summary => summary.Unread > 0))
            {
                string from = ConversationName.Show(summary.Conversation, context.Me);
                context.Screen.Show(
                    new UnseenLine(from, summary.Conversation, summary.Unread), CliJson.Default.UnseenLine, new Part(from, Tone.Other), $"  {summary.Unread}");
            }
        });

    public static Command Read()
    {
        Argument<string> name = new("name") { Description = NameHelp };
        Option<int> count = new("-n", "--count") { HelpName = "count", Description = "How many messages, up to 200.", DefaultValueFactory = _ => 10 };
        Option<long?> before = new("--before") { HelpName = "number", Description = "Only messages with a smaller number." };
        Option<bool> peek = new("--peek") { Description = "Mark nothing as seen." };
        return ChatCommandLine.Make(
            "read", "Print the last messages with whether they were seen, and mark them, and all before them, seen.", [name, count, before, peek], async (context, result, cancel) =>
            {
                string conversation = ConversationName.Parse(result.GetRequiredValue(name), context.Me);
                await using NativeConnection chat = await context.ConnectAsync(cancel);
                (HistoryPage page, SeenMarks seen) = await context.AboutAsync(conversation, async () =>
                {
                    if (ConversationName.PeerOf(conversation, context.Me) is { } peer)
                    {
                        await chat.UserAsync(peer, cancel);
                    }

                    return (await chat.HistoryAsync(conversation, result.GetValue(before), limit: result.GetValue(count), cancel: cancel),
                        await SeenMarks.LoadAsync(chat, conversation, context.Me, cancel));
                });
                foreach (ChatMessage message in page.Messages)
                {
                    Show(context, message, seen.IsSeen(message));
                }

                if (page.Messages.Count > 0 && !result.GetValue(peek))
                {
                    await chat.ReadAsync(conversation, page.Messages[^1].Seq, cancel);
                }
            });
    }

    private static void Show(CommandContext context, ChatMessage message, bool seen)
    {
        if (context.Screen.IsJson)
        {
            context.Screen.Json(MessageLine.Json(message, seen));
        }
        else
        {
            context.Screen.Line(MessageLine.Of(message, context.Me, seen: seen));
        }
    }

    private static string Text(ParseResult result, Argument<string[]> words)
    {
        if (result.GetValue(words) is { Length: > 0 } given)
        {
            // A mistyped option must not go out as a message.
            bool isTyped = result.Tokens.Any(token => token.Type == System.CommandLine.Parsing.TokenType.DoubleDash);
            return isTyped || given.FirstOrDefault(word => word.Length > 1 && word[0] == '-') is not { } strange
                ? string.Join(' ', given)
                : throw new CliException(ExitCodes.Usage, $"'{strange}' is no option of send; if it belongs to the text, write -- before the text");
        }

        return Console.IsInputRedirected && InputLines.ReadText(InputLines.Open()) is { Length: > 0 } text
            ? text
            : throw new CliException(ExitCodes.Usage, "there is no text: give it after the name, or pipe it in");
    }
}
