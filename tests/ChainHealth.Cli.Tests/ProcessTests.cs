using System.Net;
using System.Net.Sockets;

namespace ChainHealth.Cli.Tests;

/// <summary>Starting and stopping children, with the shell as the child.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_child_is_up_when_it_says_so_and_gone_when_the_supervisor_is()
    {
        int id;
        await using (var supervisor = new Supervisor())
        {
            await supervisor.StartAsync(Shell("echo ready child; exec sleep 600"), Limit, CancellationToken.None);
            id = supervisor.Running["child"];
            Assert.True(Directory.Exists($"/proc/{id}"));
        }

        Assert.False(Directory.Exists($"/proc/{id}"));
        Assert.Equal("ready child\n", await File.ReadAllTextAsync(Log));
    }

    [Fact]
    public async Task A_child_that_dies_before_it_is_ready_is_explained_by_its_last_lines()
    {
        await using var supervisor = new Supervisor();
        UserError fault = await Assert.ThrowsAsync<UserError>(() => supervisor.StartAsync(
            Shell("echo cannot bind >&2; exit 7"), Limit, CancellationToken.None));
        Assert.Contains("child ended with exit code 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["cannot bind"], fault.Details);
        Assert.Empty(supervisor.Running);
    }

    [Fact]
    public async Task A_child_that_is_never_ready_is_ended_at_the_time_limit()
    {
        await using var supervisor = new Supervisor();
        UserError fault = await Assert.ThrowsAsync<UserError>(() => supervisor.StartAsync(
            Shell("exec sleep 600"), TimeSpan.FromMilliseconds(200), CancellationToken.None));
        Assert.Contains("not ready within", fault.Message, StringComparison.Ordinal);
        Assert.Empty(supervisor.Running);
    }

    [Fact]
    public async Task A_child_that_crashes_is_restarted_a_bounded_number_of_times()
    {
        var notices = new List<ChildNotice>();
        await using var supervisor = new Supervisor(notices.Add);
        await supervisor.StartAsync(
            Shell("echo ready child; kill -SEGV $$") with { RestartsMax = 2 }, Limit, CancellationToken.None);
        UserError failure = await supervisor.Failed.WaitAsync(Limit);
        Assert.Contains("exit code 139, after 2 restarts", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, notices.Count);
    }

    [Fact]
    public async Task A_killed_child_stays_down_until_it_is_resumed()
    {
        ChildSpec spec = Shell("echo ready child; exec sleep 600");
        await using var supervisor = new Supervisor();
        await supervisor.StartAsync(spec, Limit, CancellationToken.None);
        int first = supervisor.Running["child"];
        await supervisor.KillAsync("child");
        Assert.Empty(supervisor.Running);
        await supervisor.ResumeAsync(spec, Limit, CancellationToken.None);
        Assert.NotEqual(first, supervisor.Running["child"]);
    }

    [Fact]
    public async Task A_child_that_was_killed_and_resumed_at_once_did_not_end_by_itself()
    {
        ChildSpec spec = Shell("echo ready child; exec sleep 600");
        var supervisor = new Supervisor();
        await supervisor.StartAsync(spec, Limit, CancellationToken.None);
        for (int i = 0; i < 10; i++)
        {
            await supervisor.KillAsync("child");
            await supervisor.ResumeAsync(spec, Limit, CancellationToken.None);
        }

        // Returns when every end has been looked at.
        await supervisor.DisposeAsync();
        Assert.False(supervisor.Failed.IsCompleted);
    }

    [Fact]
    public async Task One_time_links_are_read_and_kept_out_of_the_log()
    {
        var links = new DashboardLinks();
        await using (var supervisor = new Supervisor(null, (_, line) => links.Read("dashboard", line)))
        {
            await supervisor.StartAsync(
                Shell("echo administrator link: http://127.0.0.1:1/setup?t=secret; "
                    + "echo hospital link: hospital-1 http://127.0.0.1:1/setup?t=secret2; "
                    + "echo ready child; exec sleep 600"),
                Limit, CancellationToken.None);
        }

        Assert.Equal("http://127.0.0.1:1/setup?t=secret", links.Administrator);
        Assert.Equal("http://127.0.0.1:1/setup?t=secret2", links.Hospitals["hospital-1"]);
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(Log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_in_use_is_seen()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        UserError fault = Assert.Throws<UserError>(() => FreePorts.Require(port, "--port"));
        Assert.Equal($"port {port} is in use", fault.Message);
    }

    [Fact]
    public void A_range_of_free_ports_is_free() =>
        Assert.All(Enumerable.Range(FreePorts.FindRange(7), 7), port => Assert.True(FreePorts.IsFree(port)));

    [Fact]
    public void A_program_that_is_not_there_names_what_to_build()
    {
        UserError fault = Assert.Throws<UserError>(() => ProgramFile.LocateFrom(_folder, ProgramFile.Node));
        Assert.Contains("ChainHealth.Node", fault.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet build", fault.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_published_side_by_side_is_found()
    {
        string own = Directory.CreateDirectory(Path.Combine(_folder, "cli")).FullName;
        string node = Directory.CreateDirectory(Path.Combine(_folder, "ChainHealth.Node")).FullName;
        string library = Path.Combine(node, "ChainHealth.Node.dll");
        File.WriteAllText(library, "");
        Assert.Equal(library, ProgramFile.LocateFrom(own, ProgramFile.Node).Arguments.Single());
    }

    [Theory]
    [InlineData("error: unknown data set 'x'\nnext: see the list\n", "unknown data set 'x'", "see the list")]
    [InlineData(
        "error: no such data set\n", "no such data set",
        "see what is here: chainhealth dataset list; fetch one: chainhealth dataset get NAME")]
    [InlineData("there is no folder\n", "there is no folder", "see --help for what may be given")]
    [InlineData("a\nb\n", "ChainHealth.Edge ended with exit code 1", "see what it said last:")]
    public void What_a_program_says_on_standard_error_is_passed_on(string text, string what, string next)
    {
        UserError fault = ProgramFault.Read(ProgramFile.Edge, 1, text);
        Assert.Equal((what, next, ExitCode.Failed), (fault.Message, fault.Next, fault.Code));
    }

    private string Log => Path.Combine(_folder, "child.log");

    private ChildSpec Shell(string script) => new(
        "child", new ProgramFile("sh", "/bin/sh", ["-c", script]), [], Log, 0);
}
