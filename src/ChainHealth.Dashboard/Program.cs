using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Dashboard.Hosting;
using Microsoft.Data.Sqlite;

if (!DashboardOptions.TryParse(args, out DashboardOptions? options, out string fault))
{
    await Console.Error.WriteLineAsync($"{fault}\n{DashboardOptions.Usage}");
    return 2;
}

try
{
    using var life = new ProgramLife(options.ParentPid);
    using MemberIdentity self = MemberIdentity.Load(options.Network, options.Member);
    await using WebApplication app = DashboardApp.Build(options, NetworkChain.Of(self), NetworkEdges.Of(self));
    if (await DashboardApp.StartAsync(app, life.Stopping) is { } administrator)
    {
        Console.WriteLine($"administrator link: {administrator}");
    }

    await foreach ((string hospital, string link) in DashboardApp.HospitalLinksAsync(
        app, options.HospitalLinks ? self.Genesis.Members : [], life.Stopping))
    {
        Console.WriteLine($"hospital link: {hospital} {link}");
    }

    Console.WriteLine($"ready {options.Member}");
    await app.WaitForShutdownAsync(life.Stopping);
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or NetworkFolderException)
{
    await Console.Error.WriteLineAsync($"cannot start the dashboard: {e.Message}");
    return 1;
}
