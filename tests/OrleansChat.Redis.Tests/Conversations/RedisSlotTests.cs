using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Queues;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Queues;
using OrleansChat.Testing;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>
/// On a Redis Cluster a script may touch keys of one slot only, and only those that it declares. Here every step runs against a real
/// server in cluster mode, which refuses anything else.
/// </summary>
public sealed class RedisSlotTests
{
    [Fact]
    public async Task Every_step_on_a_conversation_runs_on_a_cluster()
    {
        await using RedisConversations own = await RedisConversations.StartAsync(null, "cluster-enabled yes");
        await AssignSlotsAsync(own);
        var groups = new SlotSuite(own);

        await groups.TouchEverythingAsync();

        var slots = new Dictionary<string, long>();
        foreach (string key in ((RedisResult[])(await own.CommandAsync("KEYS", "{c:*"))!).Select(key => (string)key!))
        {
            string conversation = key[..key.IndexOf('}', StringComparison.Ordinal)];
            long slot = (long)await own.CommandAsync("CLUSTER", "KEYSLOT", key);
            Assert.Equal(slot, slots.TryAdd(conversation, slot) ? slot : slots[conversation]);
        }

        Assert.Equal(2, slots.Count);
    }

    [Fact]
    public void Keys_of_one_conversation_share_a_hash_tag()
    {
        const string Id = "dm:a-b.c_d:e";
        string[] keys =
        [
            .. new[]
            {
                RedisKeys.Meta(Id), RedisKeys.Log(Id), RedisKeys.Members(Id), RedisKeys.Bans(Id), RedisKeys.Requests(Id), RedisKeys.Read(Id),
                RedisKeys.Delivered(Id), RedisKeys.Patch(Id), RedisKeys.Ids(Id, 0), RedisKeys.Ids(Id, 1),
                RedisKeys.Deleted(Id), RedisKeys.Queue(Id), RedisKeys.Queue(Id, "held"),
            }.Select(key => (string)key!),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.StartsWith($"{{c:{Id}}}:", key, StringComparison.Ordinal));
    }

    private static async Task AssignSlotsAsync(RedisConversations redis)
    {
        await redis.CommandAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        await Eventually.TrueAsync(async () =>
            ((string)(await redis.CommandAsync("CLUSTER", "INFO"))!).Contains("cluster_state:ok", StringComparison.Ordinal));
    }

    private sealed class SlotSuite(RedisConversations redis) : ConversationSpecification
    {
        protected override IMessageLog Log => redis.Log;

        protected override IGroupStore Groups => redis.Groups;

        public async Task TouchEverythingAsync()
        {
            (Talk direct, string one, string other) = NewDirect();
            Ok(await Log.SetBlockAsync(direct.Id, one, true));
            Ok(await Log.SetBlockAsync(direct.Id, one, false));
            await direct.Guest(other, "i").SayAsync(one, "hi");
            Ok(await Log.ForgetGuestAsync(direct.Id, other, "i"));
            Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Approval, Public: true));
            await TouchLogAsync(talk);
            await TouchQueueAsync(talk);
            await TouchGroupAsync(talk);
        }

        private async Task TouchLogAsync(Talk talk)
        {
            await talk.FillAsync("member", 8300);
            await talk.TrySayAsync("member", "late", "L", after: 5);
            await talk.EditAsync("member", 3, "x");
            await talk.ReactAsync("member", 3, "👍");
            await talk.PinAsync("owner", 3);
            await talk.DeleteAsync("member", 3);
            await talk.HistoryAsync("owner", limit: 5);
            await talk.SummaryAsync("owner");
            await talk.MarkAsync("owner", 3);
            await talk.MarkAsync("owner", 4, read: false);
            await talk.RangeAsync(reader: "owner", known: new KnownEntry("another", 3, 3));
            Ok(await Log.ReceiptsAsync(talk.Id, talk.By("owner"), null, 10));
            Ok(await Log.TypingAsync(talk.Id, talk.By("owner")));
        }

        private async Task TouchQueueAsync(Talk talk)
        {
            var queues = new RedisQueueStore(redis.Connection);
            Actor owner = talk.By("owner");
            foreach (QueueTakeKind kind in Enum.GetValues<QueueTakeKind>())
            {
                var take = new QueueTake(kind, TimeSpan.FromMinutes(1));
                long key = Ok(await queues.TakeAsync(talk.Id, owner, take)).Items[0].Key;
                if (kind == QueueTakeKind.Hard)
                {
                    Ok(await queues.ConfirmAsync(talk.Id, owner, take, key));
                }
            }

            foreach (QueuePolicy policy in Enum.GetValues<QueuePolicy>())
            {
                Ok(await queues.SetPolicyAsync(talk.Id, owner, policy));
                QueueBatch given = Ok(await queues.StepAsync(talk.Id, owner, new QueueStep("a", [])));
                Ok(await queues.StepAsync(talk.Id, owner, new QueueStep("b", [])));
                Ok(await queues.StepAsync(talk.Id, owner, new QueueStep("a", [.. given.Items.Select(item => item.Key)])));
                Ok(await queues.LeaveAsync(talk.Id, owner, new QueueStep("a", [])));
            }

            Ok(await queues.SetStoppedAsync(talk.Id, owner, false));
            Ok(await queues.StatsAsync(talk.Id, owner, rates: true));
            Ok(await queues.ClearAsync(talk.Id, owner));
        }

        private async Task TouchGroupAsync(Talk talk)
        {
            string group = talk.Id.GroupId!;
            await DoAsync(talk, "late", GroupVerb.Join);
            await DoAsync(talk, "later", GroupVerb.Join);
            Ok(await Groups.RequestsAsync(group, talk.By("owner"), null, 10));
            await DoAsync(talk, "owner", GroupVerb.Approve, "late");
            await DoAsync(talk, "owner", GroupVerb.Reject, "later");
            await DoAsync(talk, "owner", GroupVerb.Invite, "friend");
            await DoAsync(talk, "owner", GroupVerb.Kick, "friend");
            await DoAsync(talk, "owner", GroupVerb.Ban, "friend");
            await DoAsync(talk, "owner", GroupVerb.Unban, "friend");
            await DoAsync(talk, "owner", GroupVerb.Mute, "late", until: 5);
            await DoAsync(talk, "owner", GroupVerb.Update, settings: new GroupSettings(Public: false));
            Ok(await Groups.GetAsync(group, talk.By("owner")));
            Ok(await Groups.MembersAsync(group, talk.By("owner"), null, 10));
            await Groups.ListPublicAsync(string.Empty, null, 10);
            await DoAsync(talk, "late", GroupVerb.Leave);
            await DoAsync(talk, "owner", GroupVerb.Delete);
        }
    }
}
