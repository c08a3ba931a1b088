-- The registry keeps its schemas beside Portage's own database, not in it.
create database registry;
