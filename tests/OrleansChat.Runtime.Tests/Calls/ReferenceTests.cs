using Orleans;
using Orleans.Runtime;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Calls;

public interface INumberedGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

public interface IUniqueGrain : IGrainWithGuidKey
{
    Task<Guid> Key();

    Task<string> Hello() => Task.FromResult("hello");
}

[GrainType("numbers")]
internal sealed class NumberedGrain : Grain, INumberedGrain
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

internal sealed class UniqueGrain : Grain, IUniqueGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

public interface IOrphanGrain : IGrainWithStringKey;

public interface IUnfitGrain : IGrainWithStringKey
{
    int Count();
}

internal sealed class UnfitGrain : Grain, IUnfitGrain
{
    public int Count() => 1;
}

public class ReferenceTests
{
    [Fact]
    public async Task Grains_are_named_by_text_number_or_guid()
    {
        await using var silo = await TestSilo.StartAsync();
        var guid = Guid.NewGuid();

        Assert.Equal(-42, await silo.Grains.GetGrain<INumberedGrain>(-42).Key());
        Assert.Equal("numbers/1F", silo.Grains.GetGrain<INumberedGrain>(31).GetGrainId().ToString());
        Assert.Equal(guid, await silo.Grains.GetGrain<IUniqueGrain>(guid).Key());
        Assert.Equal("hello", await silo.Grains.GetGrain<IUniqueGrain>(guid).Hello());
        Assert.Throws<ArgumentException>(() => silo.Grains.GetGrain<IEchoGrain>(" "));
    }

    [Fact]
    public async Task References_to_one_grain_are_equal_and_can_be_cast()
    {
        await using var silo = await TestSilo.StartAsync();
        var one = silo.Grain<IEchoGrain>();
        var other = silo.Grains.GetGrain<IEchoBase<string>>(one.GetGrainId());

        Assert.Equal((object)one, other);
        Assert.NotEqual((object)one, silo.Grain<IEchoGrain>("b"));
        Assert.Equal("x", await other.Echo("x"));
        Assert.Equal("a", await silo.Grains.GetGrain(one.GetGrainId()).AsReference<IEchoGrain>().Key());
        Assert.Same(one, one.AsReference<IEchoGrain>());
        Assert.Equal("GrainReference:echo/a:" + typeof(IEchoGrain).FullName, one.ToString());
    }

    [Fact]
    public async Task Interface_that_cannot_be_called_is_reported()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Throws<ArgumentException>(() => silo.Grain<IOrphanGrain>());
        Assert.Throws<NotSupportedException>(() => silo.Grain<IUnfitGrain>());
    }

    [Fact]
    public void Grain_id_is_written_as_type_and_key()
    {
        var id = GrainId.Create("user", "alice/x");

        Assert.Equal("user/alice/x", id.ToString());
        Assert.Equal(id, GrainId.Parse("user/alice/x"));
        Assert.Equal(id.GetHashCode(), GrainId.Parse("user/alice/x").GetHashCode());
        Assert.False(GrainId.TryParse("user", null, out _));
        Assert.NotEqual(id, GrainId.Create("users", "alice/x"));
    }
}
