using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using OrleansChat.Conversations;

namespace OrleansChat.Grains.Calls;

/// <summary>
/// Keeps the sends of this process to one conversation in their order. Orleans hands each message that comes in to the thread pool by itself,
/// and looks up where a grain is while later calls may already know: two calls that are under way at once can overtake each other.
/// </summary>
internal sealed class OrderedSends(ChatLimits limits, ILogger<OrderedSends> logger) : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<GrainId, SendLane> _lanes = new();

    /// <inheritdoc />
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.Grain is IConversationGrain conversation && context.MethodName == nameof(IConversationGrain.Send))
        {
            context.Result = await SendAsync(context.TargetId, conversation, (SendRequest)context.Request.GetArgument(0)!);
            return;
        }

        if (!SendLane.IsCalling && context.Grain is IConversationGrain all && context.MethodName == nameof(IConversationGrain.SendAll))
        {
            var requests = (IReadOnlyList<SendRequest>)context.Request.GetArgument(0)!;
            var replies = new Task<SendReply>[requests.Count];
            for (int i = 0; i < replies.Length; i++)
            {
                replies[i] = SendAsync(context.TargetId, all, requests[i]);
            }

            IReadOnlyList<SendReply> answer = await Task.WhenAll(replies);
            context.Result = answer;
            return;
        }

        await context.Invoke();
    }

    private Task<SendReply> SendAsync(GrainId id, IConversationGrain conversation, SendRequest request)
    {
        while (true)
        {
            SendLane lane = _lanes.GetOrAdd(
                id, static (id, make) => make.Filter.NewLane(id, make.Conversation), (Filter: this, Conversation: conversation));
            if (lane.TrySend(request, out Task<SendReply>? reply))
            {
                return reply;
            }
        }
    }

    private SendLane NewLane(GrainId id, IConversationGrain conversation) =>
        new(conversation.SendAll, limits.PendingSends, lane => _lanes.TryRemove(new KeyValuePair<GrainId, SendLane>(id, lane)), logger);
}
