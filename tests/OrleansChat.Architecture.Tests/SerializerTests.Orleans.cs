using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansChat.Grains;

namespace OrleansChat.Architecture.Tests;

/// <summary>Everything that crosses a grain call goes through Orleans' serializer and copier and comes out the same.</summary>
public sealed class SerializerTests : IDisposable
{
    private static readonly IReadOnlyList<Type> Crossing = [.. CrossingValues.Types(typeof(ChatError).Assembly).OrderBy(type => type.ToString(), StringComparer.Ordinal)];

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().AddChatGrains().BuildServiceProvider();

    public static TheoryData<string, bool> Samples => [.. Crossing.SelectMany(type => new[] { (type.ToString(), true), (type.ToString(), false) })];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_crosses_a_call_arrives_as_it_was_sent(string type, bool full)
    {
        Type declared = Crossing.Single(one => one.ToString() == type);

        GetType().GetMethod(nameof(AssertArrives), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(declared).Invoke(this, [full]);
    }

    [Fact]
    public void Storage_that_did_not_answer_is_told_apart_on_the_other_side()
    {
        Serializer serializer = _services.GetRequiredService<Serializer>();

        Exception arrived = serializer.Deserialize<Exception>(
            serializer.SerializeToArray<Exception>(new StorageUnavailableException("why", new InvalidOperationException("inside"))))!;

        Assert.Equal("why", Assert.IsType<StorageUnavailableException>(arrived).Message);
        Assert.Equal("inside", Assert.IsType<InvalidOperationException>(arrived.InnerException).Message);
    }

    [Fact]
    public void There_are_values_of_every_grain() =>
        Assert.Superset(
            new HashSet<Type> { typeof(Conversations.SendReply), typeof(Result<Groups.GroupInfo>), typeof(Result<Page<Groups.GroupMember>>), typeof(Result<Users.Profile>) },
            Crossing.ToHashSet());

    private void AssertArrives<T>(bool full)
        where T : class
    {
        T sent = (T)CrossingValues.Sample(typeof(T), full)!;
        Serializer serializer = _services.GetRequiredService<Serializer>();

        T arrived = serializer.Deserialize<T>(serializer.SerializeToArray(sent))!;
        T copied = _services.GetRequiredService<DeepCopier>().Copy(sent)!;

        Assert.Equal(JsonSerializer.Serialize(sent), JsonSerializer.Serialize(arrived));
        Assert.Equal(JsonSerializer.Serialize(sent), JsonSerializer.Serialize(copied));
    }
}
