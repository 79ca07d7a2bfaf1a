"""The service under attack: many clients, dear questions, slow sockets, a frozen database; what others get meanwhile is measured."""
