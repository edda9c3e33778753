using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(NodeProcess))]
[assembly: AssemblyFixture(typeof(SharedServer))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
