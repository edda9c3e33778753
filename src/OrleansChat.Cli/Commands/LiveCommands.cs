using System.CommandLine;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Live;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>What goes on until it is stopped.</summary>
internal static class LiveCommands
{
    public static Command Talk()
    {
        Argument<string> name = new("name") { Description = "A person's name, or group:ID, or '#ID'." };
        Option<int> history = new("-n", "--history") { HelpName = "count", Description = "How many earlier messages to show, up to 200.", DefaultValueFactory = _ => 20 };
        return ChatCommandLine.Make(
            "talk",
            "Talk live: each line of the input is a message. The end of the input (Ctrl-D), /quit or Ctrl-C leaves.",
            [name, history],
            async (context, result, cancel) =>
            {
                string conversation = ConversationName.Parse(result.GetRequiredValue(name), context.Me);
                await using ChatClient chat = await context.StayAsync(cancel);
                using Talk talk = new(context, chat, conversation);
                return await talk.RunAsync(result.GetValue(history), cancel);
            });
    }

    public static Command Tail()
    {
        Argument<string[]> names = new("conversation") { Arity = ArgumentArity.ZeroOrMore, Description = "A person's name, or group:ID, or '#ID'. [all]" };
        return ChatCommandLine.Make("tail", "Print what happens, from now until Ctrl-C, each message once, whatever the network does.", [names], async (context, result, cancel) =>
        {
            HashSet<string> only = [.. (result.GetValue(names) ?? []).Select(name => ConversationName.Parse(name, context.Me))];
            await using ChatClient chat = await context.StayAsync(cancel);
            foreach (string conversation in only)
            {
                await context.AboutAsync(conversation, () => CheckAsync(chat, conversation, context.Me, cancel));
            }

            using Follower follower = new(
                chat, new EventLines(context.Screen, context.Me, withPlace: true), context.Screen, context.Me, only.Count > 0 ? only : null);
            context.Screen.Notice("following, Ctrl-C ends it");
            try
            {
                await follower.RunAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // The way to end it.
            }
        });
    }

    /// <summary>Somebody or a group that is not there would be followed in vain.</summary>
    private static Task CheckAsync(ChatClient chat, string conversation, string me, CancellationToken cancel) =>
        ConversationName.PeerOf(conversation, me) is { } peer
            ? chat.UserAsync(peer, cancel)
            : chat.HistoryAsync(conversation, limit: 1, cancel: cancel);
}
