using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class HostListTests : IDisposable
{
    private const string Good =
        """
        # a comment
        validator-1 a.example:5100
        validator-2 b.example:5100   # another
        validator-3 10.0.0.3:5100
        validator-4 [::1]:5100

        provider    p.example:5200
        hospital-1  h1.example:5200
        hospital-2  h2.example:5200
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-hosts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_network_is_made_of_the_hosts_listed()
    {
        string network = Path.Combine(_folder, "network");
        var genesis = NetworkFactory.Create(network, HostList.Apply(Write(Good), new NetworkOptions()));

        Assert.Equal(
            ["a.example:5100", "b.example:5100", "10.0.0.3:5100", "[::1]:5100"],
            genesis.Members.Where(m => m.Role == MemberRole.Validator).Select(m => m.Endpoint));
        EdgeAddresses edges = EdgeAddresses.Load(new NetworkFolder(network));
        Assert.Equal(
            ["h1.example:5200", "h2.example:5200", "p.example:5200"],
            genesis.Members.Select(edges.Locate).OfType<Member>().Where(m => m.Role != MemberRole.Validator)
                .Select(m => m.Endpoint));
    }

    [Theory]
    [InlineData("validator-2 b.example:5100", "", "validator-2 is missing")]
    [InlineData("provider    p.example:5200", "", "names no 'provider'")]
    [InlineData("hospital-2  h2.example:5200", "hospital-2 h2.example", "line 9: 'h2.example' is no host:port")]
    [InlineData("hospital-2  h2.example:5200", "hospital-2", "line 9: a name and host:port are wanted")]
    [InlineData("hospital-2  h2.example:5200", "hospital-2 h1.example:5200", "line 9: h1.example:5200 stands twice")]
    [InlineData("hospital-2  h2.example:5200", "hospital-1 h3.example:5200", "line 9: 'hospital-1' stands twice")]
    [InlineData("hospital-2  h2.example:5200", "nurse h3.example:5200", "'nurse' is no")]
    [InlineData("hospital-2  h2.example:5200", "hospital-02 h3.example:5200", "'hospital-02' is no")]
    public void A_wrong_list_is_named(string line, string instead, string fault)
    {
        string list = Write(Good.Replace(line, instead, StringComparison.Ordinal));
        NetworkFolderException told = Assert.Throws<NetworkFolderException>(
            () => HostList.Apply(list, new NetworkOptions()));
        Assert.Contains(fault, told.Message, StringComparison.Ordinal);
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "hosts.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
