using OrleansChat.Client;

namespace OrleansChat.Cli.Conversations;

/// <summary>Which messages were seen: an own one when somebody else has read it, another's when the user has.</summary>
internal sealed class SeenMarks
{
    private const int Page = 200;

    private readonly string _me;
    private long _own;
    private long _others;

    private SeenMarks(string me) => _me = me;

    public static async Task<SeenMarks> LoadAsync(IChatCalls chat, string conversation, string me, CancellationToken cancel)
    {
        SeenMarks marks = new(me);
        string? after = null;
        do
        {
            ChatPage<ChatReceipt> page = await chat.ReceiptsAsync(conversation, after, Page, cancel);
            foreach (ChatReceipt receipt in page.Items)
            {
                if (receipt.User == me)
                {
                    marks._own = receipt.Read;
                }
                else
                {
                    marks._others = Math.Max(marks._others, receipt.Read);
                }
            }

            after = page.Next;
        }
        while (after is not null);
        return marks;
    }

    public bool IsSeen(ChatMessage message) => message.Seq <= (message.From == _me ? _others : _own);
}
