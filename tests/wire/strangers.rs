//! Clients that mean no good, or know no better: they are refused or bounded, and the right client is still served.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::http;
use crate::server::Server;

fn is_served(server: &Server) -> bool {
    server.call("2015-04-01", "GetCallerIdentity", &[]).status == 200
}

/// A page in a browser could post a form to the loopback interface.
#[test]
fn requests_of_web_pages_are_refused() {
    let server = Server::start(&[]);
    let headers =
        [("Origin", "https://evil.example"), ("x-acs-action", "DescribeRegions"), ("x-acs-version", "2014-05-26")];
    assert_eq!(http::post(&server.address, "/", &headers, b"").status, 403);
    assert!(is_served(&server));
}

#[test]
fn a_body_has_a_limit() {
    let server = Server::start(&[]);
    let mut stream = http::connect(&server.address);
    let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1073741824\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b'a'; 1 << 20];
    let sent = (0..1024).take_while(|_| stream.write_all(&piece).is_ok()).count();
    assert!(sent < 64, "{sent} MiB were taken");
    assert!(is_served(&server));
    #[cfg(target_os = "linux")]
    assert!(server.memory_kib() < 128 * 1024, "{} KiB", server.memory_kib());
}

#[test]
fn garbage_harms_no_other_client() {
    let server = Server::start(&[]);
    let long = vec![b'a'; 1 << 20];
    let head = [b"GET /?".as_slice(), &long, b" HTTP/1.1\r\n\r\n"].concat();
    for garbage in
        [b"\0\0\0\0".as_slice(), b"\x16\x03\x01\xff\xff", b"GET", b"\r\n\r\n", &long, &head, b"PRI * HTTP/2.0\r\n\r\n"]
    {
        let mut stream = http::connect(&server.address);
        let _ = stream.write_all(garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(is_served(&server));
    }
    for (target, body) in [("/", b"\xff\xfe".as_slice()), ("/nothing", b""), ("/?Action=", b"")] {
        assert_eq!(http::post(&server.address, target, &[], body).status, 400, "{target}");
    }
}

/// Far more connections than a process has file descriptors: some are idle, some begin a request or a handshake and do
/// not end it.
#[test]
fn five_thousand_connections_are_bounded() {
    const CONNECTIONS: usize = 5_000;
    let server = Server::start(&[]);
    let mut held = VecDeque::new();
    for number in 0..CONNECTIONS {
        let mut stream = loop {
            // This process may have fewer file descriptors: then it gives up its own oldest connections.
            match TcpStream::connect(&server.address) {
                Ok(stream) => break stream,
                Err(_) => drop(held.pop_front().expect("one connection at least")),
            }
        };
        let begun: &[u8] = match number % 3 {
            0 => b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
            1 => b"\x16\x03\x01\x02\x00\x01",
            _ => b"",
        };
        // The server may have closed it already, to make room.
        let _ = stream.write_all(begun);
        held.push_back(stream);
        if number % 500 == 0 {
            assert!(is_served(&server), "{number}");
        }
    }
    assert!(is_served(&server));
    #[cfg(target_os = "linux")]
    {
        assert!(server.open_files() < 600, "{} open files", server.open_files());
        assert!(server.memory_kib() < 128 * 1024, "{} KiB", server.memory_kib());
    }
    // The oldest was closed.
    held[0].set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert!(matches!(held[0].read(&mut [0; 16]), Ok(0) | Err(_)));
    drop(held);
    assert!(is_served(&server));
}
